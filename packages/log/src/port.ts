/**
 * The event log port: what every adapter keeps, and all that the rest of the system knows of a log.
 * A log is N partitions of records; a record's place is (partition, offset) and never changes.
 * `test/contract/` states each sentence below as a test that both adapters pass.
 */

/** The next offset of every partition, by partition number: a full position. */
export type Offsets = readonly number[];

/** One event to append. `content` is the JSON text that the log keeps, exactly. */
export type AppendRecord<E = unknown> = {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  /** The partition key: all records of one subject share a partition and their order. */
  readonly subject: string;
  readonly content: string;
  /** SHA-256 of the canonical content, base64url: equal hashes mean equal content. */
  readonly hash: string;
  /** The decoded event, for the subject rule. */
  readonly event: E;
};

export type Stored = { readonly partition: number; readonly offset: number; readonly recordedAt: string };

export type AppendOutcome<R = unknown> =
  | ({ readonly status: 'appended' } & Stored)
  /** Same source, id and hash as a record already in the log, whose place is given. */
  | ({ readonly status: 'duplicate' } & Stored)
  /** Same source and id, other content. */
  | { readonly status: 'conflict' }
  /** The subject rule refused it; nothing was stored. */
  | { readonly status: 'refused'; readonly refusal: R }
  /** Not stored because another record of the same atomic call was refused. */
  | { readonly status: 'withheld' };

/** What an append would come to. One that would be appended has no place yet, nor has its duplicate. */
export type RehearsedOutcome<R = unknown> =
  | { readonly status: 'appended' }
  | ({ readonly status: 'duplicate' } & Partial<Stored>)
  | Exclude<AppendOutcome<R>, Stored>;

export type AppendOptions = {
  /**
   * All or nothing on refusals: where the rule refuses one record with `atomic: true`, none is stored. (Should another
   * producer's record come between the attempts at one call, what is not stored yet is judged record by record.)
   */
  readonly atomic: boolean;
  /** After this the call rejects with a retryable fault: the records may or may not be stored. */
  readonly deadlineMs: number;
};

/** Appends that are decided as if they were made, one upon the other, and written nowhere. Kept for one request. */
export type Rehearsal<E = unknown, R = unknown> = {
  /** Calls one after the other. Rejects as `EventLog.append` does. */
  append(records: readonly AppendRecord<E>[], options: AppendOptions): Promise<RehearsedOutcome<R>[]>;
};

/**
 * What a subject has been through, as the log adapter keeps it beside its receipts: an index of the log,
 * rebuilt from it at will. Pure functions, given by the caller: the log knows no event types.
 * `S` is JSON-serialisable.
 */
export type SubjectRule<E, S, R> = {
  /** Subjects whose state is asked for besides the event's own; they stand still until the decision is stored. */
  related(event: E): readonly string[];
  /** null where the event may follow `state`; a refusal otherwise. `atomic` says whether it fails a whole batch. */
  check(
    event: E,
    stateOf: (subject: string) => S | undefined,
  ): { readonly refusal: R; readonly atomic: boolean } | null;
  /** The state after `event`. Also called for records found in the log that this process did not write. */
  evolve(state: S | undefined, event: E, stateOf: (subject: string) => S | undefined): S;
  /** Decodes a record's content found in the log; undefined where it is no event (poison is not the log's concern). */
  decode(content: string): { record: Omit<AppendRecord<E>, 'content'> } | undefined;
};

export type LogRecord = {
  readonly partition: number;
  readonly offset: number;
  /**
   * Append time by the log's clock, RFC 3339 UTC with milliseconds; never falls within a partition. (In Kafka the
   * broker's clock may be set back: a reader is given no less than the greatest time it was given before. One that goes
   * on from a checkpoint keeps that time beside it and does the same.)
   */
  readonly recordedAt: string;
  readonly key: string | null;
  /** The content as bytes, as it stands in the log: may be garbage that another producer wrote. */
  readonly value: Buffer;
  /** Written by `append`: the content is what a caller gave. Otherwise it is another producer's. */
  readonly appended: boolean;
};

/**
 * Records of one partition in offset order, and where to go on. Records that are not events of this log
 * (genesis, void records, see docs/decisions/0003) are left out, so `next` may be further than the last record + 1.
 */
export type LogBatch = {
  readonly partition: number;
  /** The offset this batch was read from. */
  readonly from: number;
  readonly next: number;
  /** The partition's end when the batch was read: `end - next` is the lag in records. */
  readonly end: number;
  readonly records: readonly LogRecord[];
};

export type SubscribeOptions = {
  /**
   * Each partition is handled by one live member of a group at a time; members share the partitions evenly. A member
   * that hangs for 15 s loses them: if it wakes in the middle of `handle`, its checkpoint must refuse what it does.
   */
  readonly group: string;
  /**
   * Where to (re)start a partition. Asked when it is gained and after every failed `handle`, only while this member is
   * known to own it: whoever is asked may take it from all others.
   */
  readonly startOf: (partition: number) => Promise<number>;
  /**
   * Called with batches of a partition one after the other, in order; partitions side by side.
   * Delivery is at least once: the handler moves its own checkpoint and refuses what it has had.
   * If it rejects, the adapter waits (backoff, capped at 5 s), asks `startOf` and delivers from there.
   * A batch may be without records: then only the checkpoint moves. `signal` is aborted when the partition is no longer
   * this member's (not by `stop`, which lets the handler finish).
   */
  readonly handle: (batch: LogBatch, signal: AbortSignal) => Promise<void>;
  readonly onAssignment?: (partitions: readonly number[]) => void;
  /** At most this many records a batch. */
  readonly maxRecords: number;
};

export type Subscription = {
  /** Resolves when the handler in progress has settled and the partitions are given back. Idempotent. */
  stop(): Promise<void>;
  /** Settles when the subscription has ended: rejects with a `LogFault` if it died of something it can't heal. */
  readonly ended: Promise<void>;
  assigned(): readonly number[];
};

export type LogDescription = { readonly logId: string; readonly partitions: number };

export type EventLog<E = unknown, R = unknown> = {
  /**
   * Per record, in input order, what became of it. Rejects with `LogFault` when that can't be known in time, and at once
   * where too much is waiting already. Records of one subject are stored in the order of the calls.
   */
  append(records: readonly AppendRecord<E>[], options: AppendOptions): Promise<AppendOutcome<R>[]>;
  /** For dry runs: what `append` would answer, judged by the same rule at the log's end of that moment. */
  rehearse(): Rehearsal<E, R>;
  /** Rejects only where `describe` does; what comes later is healed, or ends the subscription. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Batches of one partition from `from` up to, not including, `to`. `log-unsuitable` where they are not all there. */
  read(partition: number, from: number, to: number, maxRecords: number): AsyncIterable<LogBatch>;
  /** The end of every partition now: the next offsets to be written. */
  ends(): Promise<Offsets>;
  /**
   * Looks at the log itself, each time. Retryable `LogFault` until it has been created; `log-unsuitable` where it is no log
   * of ours, has lost its first records, or was replaced since it was first described.
   */
  describe(): Promise<LogDescription>;
  /** Fails with `LogFault` where the log can't be reached now, or a writer's index is still behind it. For readiness. */
  ping(): Promise<void>;
  /** Waits for appends under way, stops what the log started. The pool or client given in belongs to the caller. */
  close(): Promise<void>;
};

/**
 * The one error class of the log. `log-unavailable`: not now; an append may have been stored, and retrying the same ids
 * is safe. `log-unsuitable`: this is not the log it was, or can be none; nothing but an operator heals it.
 */
export class LogFault extends Error {
  readonly code: 'log-unavailable' | 'log-unsuitable';
  readonly retryable: boolean;
  constructor(code: LogFault['code'], message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'LogFault';
    this.code = code;
    this.retryable = options.retryable;
  }
}
