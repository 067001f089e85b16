/** What a command may touch of the outside: given by main.ts, and by tests. */
export type Terminal = {
  /** Data. Resolves when there is room for more; a reader that has gone ends the process. */
  readonly out: (text: string) => Promise<void>;
  /** Everything else. */
  readonly error: (text: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** stdout is a terminal: tables instead of NDJSON. */
  readonly outIsTerminal: boolean;
  /** stderr is a terminal: progress is drawn on one line. */
  readonly errorIsTerminal: boolean;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly environment: Environment;
};

/** Variables that commands look at. */
export type Environment = { readonly url?: string; readonly ingestUrl?: string; readonly key?: string };
