/** Positions after events, found on the way from one to the next: those that a search in each partition finds. */
import { partitionOf } from '@ledgerline/log';
import t from 'tap';
import { positionsAfter } from '../src/changes/change-positions.ts';
import type { Statement } from '../src/read-context.ts';
import { exactTimeOf } from '../src/reading/exact-time.ts';
import { findPositions } from '../src/reading/find-positions.ts';
import { statement } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const partitions = 4;
const query = await createQueryApp(t);
const { pool } = query.database;
const subjects = Array.from({ length: 4_000 }, (_, index) => `st-${index}`);
const inPartition = (partition: number) => subjects.filter((subject) => partitionOf(subject, partitions) === partition);
// In all partitions, then for long in one, in two, and in all again.
const log = [
  ...subjects.slice(0, 30),
  ...inPartition(2).slice(20, 180),
  ...inPartition(0)
    .slice(20, 120)
    .flatMap((subject, index) => [subject, inPartition(3)[20 + index] ?? '']),
  ...subjects.slice(3_900),
];
await query.append(log.map((subject) => statement(subject)));

const { rows: events } = await pool.query<{ partition: number; offset: number; exact_time: string }>(
  `select partition, "offset", ${exactTimeOf('recorded_at')} as exact_time
   from journal_g1.events order by recorded_at, partition, "offset"`,
);
const journal = {
  view: 'journal',
  generation: 1,
  version: 1,
  schema: 'journal_g1',
  logId: query.logId,
  offsets: Array.from({ length: partitions }, (_, partition) => events.filter((e) => e.partition === partition).length),
  amended: 0,
} as const;

for (const [name, isAsked] of [
  ['each event', () => true],
  ['events that lie far apart', (index: number) => index % 70 === 69],
  ['the first events', (index: number) => index < 3],
  ['one event deep in a stretch of one partition', (index: number) => index === 150],
  ['none', () => false],
] as const) {
  t.test(name, async (t) => {
    const rows = events.filter((_, index) => isAsked(index));
    const after = journal.offsets.map(() => 2);
    const until = journal.offsets.map((offset) => offset - 2);
    const read = {
      located: { views: new Map([['journal', journal] as const]) },
      query: async <Row>({ text, values = [] }: Statement) =>
        (await pool.query(text.replaceAll('journal.', 'journal_g1.'), [...values])).rows as Row[],
    };
    const moments = rows.map(({ exact_time: at, partition, offset }) => ({ at, partition, offset }));
    const searched = (await findPositions(pool, journal, moments)).map(({ offsets }) =>
      offsets.map((offset, partition) => Math.min(Math.max(offset, 2), until[partition] ?? 0)),
    );
    t.same(await positionsAfter(pool, read, rows, { after, until }), searched);
  });
}
