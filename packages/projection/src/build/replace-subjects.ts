/**
 * Rows of single subjects made anew in place: each subject in one transaction, in which nobody else moves its partition,
 * so that a reader sees all of the old or all of the new, at one position.
 */
import { readSql, withTransaction } from '@ledgerline/database';
import { partitionOf } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Generation } from '../generation.ts';
import type { View } from '../view.ts';
import { findAmended, recordAmendment } from './amendments.ts';
import type { Filling } from './fill-generation.ts';
import type { Snapshot } from './snapshot.ts';
import { listViewTables, qualify, quote, rowHash, type ViewTable } from './view-table.ts';

const lockViewSql = readSql(new URL('../sql/lock-view.sql', import.meta.url));
const lockCheckpointSql = readSql(new URL('./sql/lock-checkpoint.sql', import.meta.url));

/** Of these subjects those whose rows are not the same in both. */
export async function findDifferingSubjects(
  expected: Snapshot,
  found: Snapshot,
  subjects: readonly string[],
): Promise<string[]> {
  const differing = new Set<string>();
  for (const table of await tablesWithSubjects(expected)) {
    const should = await sumsBySubject(expected, table, subjects);
    const is = await sumsBySubject(found, table, subjects);
    for (const subject of new Set([...should.keys(), ...is.keys()])) {
      if (should.get(subject) !== is.get(subject)) differing.add(subject);
    }
  }
  return [...differing];
}

export type Replacement = {
  readonly build: Generation;
  /** Of the build, which holds these subjects alone and is brought to the target's position. */
  readonly filling: Filling;
  readonly target: Generation;
  /** Whose readers are told; null: nobody reads the target, or what they read stays the same. */
  readonly told: View | null;
};

export async function replaceSubject(
  pool: Pool,
  { build, filling, target, told }: Replacement,
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  await withTransaction(
    pool,
    async (client) => {
      await client.query(lockViewSql, [target.view]);
      const partition = partitionOf(subject, filling.offsets.length);
      const values = [target.view, target.generation, partition];
      const held = await client.query<{ next_offset: number }>(lockCheckpointSql, values);
      const to = held.rows[0]?.next_offset ?? 0;
      // A build ahead of the target would give it rows of events that it has not come to.
      if ((filling.offsets[partition] ?? 0) > to) throw new BuildAhead();
      await filling.upTo(
        filling.offsets.map((offset, at) => (at === partition ? to : offset)),
        signal,
      );
      if (told?.claimColumns !== undefined) {
        const claims = await findAmended(client, told, target, build, subject);
        const offsets = filling.offsets.map((_, at) => (at === partition ? to : null));
        await recordAmendment(client, { view: target.view, before: null, after: target.generation, offsets, claims });
      }
      for (const table of await tablesWithSubjects({ client, generation: target })) {
        const columns = table.columns.map(quote).join(', ');
        await client.query(`delete from ${qualify(target, table)} where subject = $1`, [subject]);
        await client.query(
          `insert into ${qualify(target, table)} (${columns})
           select ${columns} from ${qualify(build, table)} where subject = $1`,
          [subject],
        );
      }
    },
    { synchronousCommit: 'on' },
  );
}

/** The target is read from another place than the build: to be tried again in a moment. */
export class BuildAhead extends Error {
  constructor() {
    super('the build is ahead of the rows it replaces');
    this.name = 'BuildAhead';
  }
}

async function tablesWithSubjects({
  client,
  generation,
}: Pick<Snapshot, 'client' | 'generation'>): Promise<ViewTable[]> {
  const tables = await listViewTables(client, generation);
  return tables.filter(({ columns }) => columns.includes('subject'));
}

async function sumsBySubject(
  { client, generation }: Snapshot,
  table: ViewTable,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ subject: string; sum: string }>(
    `select r.subject, string_agg(${rowHash(table)}, '' order by ${rowHash(table)}) as sum
     from ${qualify(generation, table)} r where r.subject = any ($1::text[]) group by r.subject`,
    [subjects],
  );
  return new Map(rows.map(({ subject, sum }) => [subject, sum]));
}
