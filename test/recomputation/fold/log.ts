/**
 * The log as GET /v1/events gives it, and positions in it. Nothing in this folder comes from the projectors or the query
 * service, nor from the packages they stand on: it is a second reading of the same description.
 */
export type Json = Readonly<Record<string, unknown>>;

export type LogEvent = {
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly type: string;
  readonly data: Json;
};

/** An item of /v1/events. */
export type LogItem = {
  readonly event: LogEvent;
  readonly partition: number;
  readonly offset: number;
  readonly recordedAt: string;
  readonly position: string;
};

/** Next offsets, by partition. */
export type Vector = readonly number[];

export type Token = { readonly logId: string; readonly offsets: readonly (number | null)[] };

/** As docs/reference say: base64url of JSON. */
export function readToken(token: string): Token {
  const [, logId, offsets] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [
    1,
    string,
    (number | null)[],
  ];
  return { logId, offsets };
}

export function writeToken(logId: string, offsets: readonly (number | null)[]): string {
  return Buffer.from(JSON.stringify([1, logId, offsets])).toString('base64url');
}

/** The merged order of the log. */
export function inLogOrder(a: LogItem, b: LogItem): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}

export function upTo(log: readonly LogItem[], at: Vector): LogItem[] {
  return log.filter(({ partition, offset }) => offset < (at[partition] ?? 0));
}

/** The next offset after these items of one partition. Offsets need not begin at 0, nor be without gaps. */
export function endOf(items: readonly LogItem[]): number {
  return items.reduce((end, { offset }) => Math.max(end, offset + 1), 0);
}

/** By code unit. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
