/** What a test gets to know of its broker, wherever it comes from. */
export type KafkaBroker = {
  readonly brokers: readonly string[];
  /** Only where the broker is a process of this test's own. */
  readonly control: BrokerControl | null;
  stop(): Promise<void>;
};

export type BrokerControl = {
  /** kill -9. What was acknowledged is in the page cache and comes back with `start`. */
  kill(): Promise<void>;
  /** At the same address, with the same data. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay open, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** The broker sends clients of this second listener to `advertised`, where a test puts a proxy before `listening`. */
  readonly proxied: { readonly listening: number; readonly advertised: number };
};
