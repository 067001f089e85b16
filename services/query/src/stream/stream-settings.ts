/** What bounds the streams of a process. */
export type StreamSettings = {
  /** Streams at a time: of this process, and of one key. */
  readonly perNode: number;
  readonly perKey: number;
  /** The longest a stream lasts before it is told to come back. */
  readonly maxAgeMs: number;
  /** Bytes that may wait for one client. */
  readonly maxPendingBytes: number;
  /** How long a client at its budget may take nothing before it is dropped. */
  readonly stallMs: number;
  /** A comment is written where nothing else was for so long; a second passes at most until it is noticed. */
  readonly heartbeatMs: number;
};

export const defaultStreamSettings: StreamSettings = {
  perNode: 4_000,
  perKey: 2_000,
  maxAgeMs: 3_600_000,
  maxPendingBytes: 1_048_576,
  stallMs: 10_000,
  heartbeatMs: 10_000,
};

/** As the environment gives them: ages in seconds. */
export type StreamVariables = {
  readonly LEDGERLINE_STREAM_LIMIT: number;
  readonly LEDGERLINE_STREAM_LIMIT_PER_KEY: number;
  readonly LEDGERLINE_STREAM_MAX_AGE: number;
};

export function toStreamSettings(variables: StreamVariables): Partial<StreamSettings> {
  return {
    perNode: variables.LEDGERLINE_STREAM_LIMIT,
    perKey: variables.LEDGERLINE_STREAM_LIMIT_PER_KEY,
    maxAgeMs: variables.LEDGERLINE_STREAM_MAX_AGE * 1_000,
  };
}

/** Ages are spread over the last fifth, so that streams opened together don't all come back together. */
const leastAge = 0.8;

/** How long one stream lasts. @param random 0–1 */
export function streamAgeMs(
  { maxAgeMs }: Pick<StreamSettings, 'maxAgeMs'>,
  random: () => number = Math.random,
): number {
  return maxAgeMs * (leastAge + (1 - leastAge) * random());
}
