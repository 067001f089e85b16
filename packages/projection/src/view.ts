/**
 * What a view declares; the runner does the rest. A view's rows depend on the log alone: not on how
 * partitions interleave, on the clock, or on how often a batch is delivered.
 */
import type { LedgerEvent } from '@ledgerline/events';
import type { ClientBase } from 'pg';

export type ViewName = 'journal' | 'timeline' | 'statistics';

export const viewNames: readonly ViewName[] = ['journal', 'timeline', 'statistics'];

export type ProjectedEvent = {
  /** Decoded and upcast to the newest version of its type. */
  readonly event: LedgerEvent;
  /** The JSON text as recorded. */
  readonly raw: string;
  /** `raw` parsed: neither defaults nor upcasts in it. */
  readonly recorded: Readonly<Record<string, unknown>>;
  readonly partition: number;
  readonly offset: number;
  /** RFC 3339 UTC with milliseconds; never falls within a partition. */
  readonly recordedAt: string;
};

/** Events of one partition in offset order. Nothing of a parked event's subject is in it. */
export type ViewBatch = { readonly partition: number; readonly events: readonly ProjectedEvent[] };

/**
 * How many events left no trace, by reason: duplicates, and what another producer wrote against the subject
 * rule (a correction of an unknown subject …). They are harmless, and counted.
 */
export type Ignored = Readonly<Record<string, number>>;

export type View = {
  readonly name: ViewName;
  /** Raised whenever the rows would come out differently from the same log. */
  readonly version: number;
  /** Tables and indexes, written as `create table timeline.versions (…)`: the view's name stands for the schema. */
  readonly tables: string;
  /**
   * Reads what the batch needs and decides what is to be written; what it gives writes it. An error of either that isn't the
   * database's own trouble is taken as the fault of an event, which is then found and parked. The two are apart so that
   * nothing holds on to the batch's events while its rows are written: what lives, each garbage collection copies.
   */
  prepare(batch: ViewBatch, tx: ViewTransaction): Promise<Write>;
  /** Columns that name a claim whom a row is of. Of a view whose differences are told to streams of changes (decision 21). */
  readonly claimColumns?: readonly string[];
  /** What each event must have left in the rows: verification looks for it in the log and in the rows alike. */
  readonly traces?: ViewTraces;
};

/** Writes a batch's rows, in the transaction in which they were prepared. */
export type Write = () => Promise<Ignored>;

export type ViewTraces = {
  /** A select of (partition, "offset", content text) of every event that left rows; tables as in `tables`. */
  readonly text: string;
  /** The same content of one event; null where it leaves no rows. Not made by what `prepare` is made of. */
  of(event: ProjectedEvent): string | null;
};

export type ViewTransaction = {
  /** Runs a statement whose text names tables as `<view>.<table>`; prepared under `name` where one is given. */
  query<Row = Record<string, unknown>>(statement: {
    name?: string;
    text: string;
    values?: readonly unknown[];
  }): Promise<Row[]>;
  /** Runs `copy … from stdin` with all of its rows. */
  copy(text: string, rows: Buffer): Promise<void>;
  readonly client: ClientBase;
};
