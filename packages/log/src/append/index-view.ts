/**
 * The part of the log's index that one round looks at, with what the round itself is about to add.
 * A savepoint takes back what came after it: that is how an atomic call stores nothing.
 */
import type { AppendRecord } from '../port.ts';

/** A record in the log, or one that this round is going to write. `recordedAt` is null until it is written. */
export type Receipt = {
  readonly partition: number;
  readonly offset: number;
  readonly hash: string;
  readonly recordedAt: string | null;
};

export type EventId = { readonly source: string; readonly id: string };

export class IndexView<S> {
  readonly #receipts = new Map<string, Receipt>();
  readonly #states = new Map<string, S>();
  readonly #changed = new Set<string>();
  #undo: (() => void)[] = [];

  /** What the database has; not undone by savepoints. */
  load(receipts: Iterable<EventId & Receipt>, states: Iterable<readonly [string, S]>): void {
    for (const receipt of receipts) this.#receipts.set(keyOf(receipt), receipt);
    for (const [subject, state] of states) this.#states.set(subject, state);
  }

  receipt(event: EventId): Receipt | undefined {
    return this.#receipts.get(keyOf(event));
  }

  readonly stateOf = (subject: string): S | undefined => this.#states.get(subject);

  add(record: AppendRecord, receipt: Receipt, state: S): void {
    const key = keyOf(record);
    const { subject } = record;
    const before = this.#states.get(subject);
    const hadState = this.#states.has(subject);
    const wasChanged = this.#changed.has(subject);
    this.#undo.push(() => {
      this.#receipts.delete(key);
      if (hadState) this.#states.set(subject, before as S);
      else this.#states.delete(subject);
      if (!wasChanged) this.#changed.delete(subject);
    });
    this.#receipts.set(key, receipt);
    this.#states.set(subject, state);
    this.#changed.add(subject);
  }

  /** Everything added from here on can be taken back by the function returned. */
  savepoint(): () => void {
    this.#undo = [];
    return () => {
      for (const undo of this.#undo.toReversed()) undo();
      this.#undo = [];
    };
  }

  /** Subjects with a state other than the loaded one. */
  *changedStates(): Generator<readonly [string, S]> {
    for (const subject of this.#changed) yield [subject, this.#states.get(subject) as S];
  }
}

/** No two ids share a key, whatever characters they hold. */
export function keyOf({ source, id }: EventId): string {
  return `${source.length} ${source}${id}`;
}
