/** Instants and events as positions, by the journal: times never fall within a partition, so each has one. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { bindSchema, type LiveGeneration } from '@ledgerline/projection';
import type { Pool } from 'pg';

/** An instant (its first record lies after it), or an event (it lies before the position right after it). */
export type Moment = { readonly at: string; readonly partition: number; readonly offset: number };

export type FoundPosition = {
  readonly offsets: Offsets;
  /** What the journal held then: where both are equal in a partition, it knows of no record there at or after the moment. */
  readonly held: Offsets;
};

type Row = { key: number; offsets: number[]; held: number[] };

const text = readSql(new URL('../sql/find-positions.sql', import.meta.url));

export function instant(epochMs: number): Moment {
  return { at: new Date(epochMs).toISOString(), partition: -1, offset: -1 };
}

/** In the order of `moments`. */
export async function findPositions(
  pool: Pool,
  journal: LiveGeneration,
  moments: readonly Moment[],
): Promise<FoundPosition[]> {
  if (moments.length === 0) return [];
  const result = await pool.query<Row>({
    name: `${journal.schema}.find-positions`,
    text: bindSchema(text, 'journal', journal.schema),
    values: [
      moments.map((moment) => moment.at),
      moments.map((moment) => moment.partition),
      moments.map((moment) => moment.offset),
      journal.generation,
    ],
  });
  return result.rows.map(({ offsets, held }) => ({ offsets, held }));
}
