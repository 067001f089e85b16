/**
 * Changes of claims, with the claim before and after each: for `/v1/changes` and for streams that deliver changes.
 *
 *   const spec = { views: ['journal', 'timeline'], clocks: query, places: { after }, waitMs } as const;
 *   await reads.run(spec, async (read) => {
 *     const { items, reached } = await readChanges(reads, read, { filters, dateMatch, after, until: read.at, from: null, limit: 500 });
 *     …                                // each item: its JSON text, and the position right after it
 *   });
 *   // `reached`: all changes of the range before it have been given; with `more` go on from there.
 *
 * Exactly one item per event that changed a claim, so that the position after an item parts what has been given from
 * what has not. A read of the timeline at `read.at` shows all of them: both views hold that position.
 */
import { type Offsets, toPositionToken } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { EventKey } from '../events/events-statement.ts';
import type { Read } from '../read-context.ts';
import { claimItemsThenStatement, itemSeparator } from '../timeline/claim-items-statement.ts';
import { type Sides, toChangeItem } from './change-item.ts';
import { positionsAfter } from './change-positions.ts';
import type { ChangeRow, ChangesSpec } from './changes-statement.ts';
import { findChanges } from './find-changes.ts';

export type ReadChange = {
  /** JSON text of an item of `/v1/changes`, in one line. */
  readonly text: string;
  readonly subject: string;
  readonly partition: number;
  /** Of the event. */
  readonly offset: number;
  /** Right after the event. */
  readonly position: Offsets;
  /** The same as a token. */
  readonly token: string;
  readonly key: EventKey;
};

export type ReadChanges = {
  /** In log order. */
  readonly items: readonly ReadChange[];
  /** There are others beyond, in the direction of reading. */
  readonly more: boolean;
  /** Where to go on forwards: after the last item where there are more, else the end of the range. */
  readonly reached: Offsets;
};

export async function readChanges({ pool }: { pool: Pool }, read: Read, spec: ChangesSpec): Promise<ReadChanges> {
  const found = await findChanges(read, { ...spec, limit: spec.limit + 1 });
  const more = found.length > spec.limit;
  const rows = found.slice(0, spec.limit);
  if (spec.from?.direction === 'prev') rows.reverse();
  const positions = await positionsAfter(pool, read, rows, spec);
  const sides = await readSides(read, rows, positions);
  const items = rows.map((row, index): ReadChange => {
    const position = positions[index] ?? spec.after;
    const { subject, partition, offset } = row;
    const token = toPositionToken({ logId: read.logId, offsets: position, amended: spec.amended });
    return {
      text: toChangeItem(row, sides[index] ?? { before: null, after: 'null', other: null }, token),
      subject,
      partition,
      offset,
      position,
      token,
      key: [row.exact_time, partition, offset],
    };
  });
  return { items, more, reached: (more ? items.at(-1)?.position : undefined) ?? spec.until };
}

/** The claims of each row as of the position right before its event, and right after it. */
async function readSides(read: Read, rows: readonly ChangeRow[], positions: readonly Offsets[]): Promise<Sides[]> {
  const wanted = rows.flatMap((row, index) => {
    const { subject, partition, offset, before, after, target, other } = row;
    const then = positions[index] ?? [];
    const earlier = then.with(partition, offset);
    return [
      ...(before === null ? [] : [{ subject, version: before, at: earlier }]),
      { subject, version: after, at: then },
      ...(target === null || other === null
        ? []
        : [
            { subject: target, version: other, at: earlier },
            { subject: target, version: other, at: then },
          ]),
    ];
  });
  if (wanted.length === 0) return [];
  const { logId, knownBy } = read;
  const at = wanted.map((one) => one.at);
  const [row] = await read.query<{ items: string }>(claimItemsThenStatement({ versions: wanted, logId, at, knownBy }));
  const items = (row?.items ?? '').split(itemSeparator)[Symbol.iterator]();
  const next = () => items.next().value ?? 'null';
  return rows.map(({ before, other }) => ({
    before: before === null ? null : next(),
    after: next(),
    other: other === null ? null : { before: next(), after: next() },
  }));
}
