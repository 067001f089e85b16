/**
 * Counts over all claims in a table of the query service's own. It saves a count and nothing else: what cannot be read or
 * written there is counted. Small logs are counted sooner than looked up.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { migrate, readSql } from '@ledgerline/database';
import { canonicalJson } from '@ledgerline/events';
import type { Offsets } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Question } from './kept-counts.ts';
import { type Counted, distance } from './recent-counts.ts';

export type StoredCounts = {
  load(question: Question, name: string): Promise<Counted | null>;
  /** @param isTrue asked last: whether the counts still go by that name */
  save(
    question: Question,
    name: string,
    counted: Counted,
    when: { readonly isAnew: boolean; isTrue(): Promise<boolean> },
  ): Promise<void>;
};

const folder = new URL('./sql/migrations/', import.meta.url);
const sql = {
  load: readSql(new URL('./sql/load-counts.sql', import.meta.url)),
  save: readSql(new URL('./sql/save-counts.sql', import.meta.url)),
  forget: readSql(new URL('./sql/forget-counts.sql', import.meta.url)),
};
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Of so many events counting takes some 20 ms. */
const smallLog = 5_000;
/** So many events later they are saved again. */
const savedEvery = 2_000;

export function createStoredCounts(pool: Pool): StoredCounts {
  const savedAt = new Map<string, Offsets>();
  let migrated: Promise<void> | null = null;
  const prepare = async () => {
    migrated ??= migrate(pool, { schema: 'reads', folder });
    await migrated.catch((error: unknown) => {
      migrated = null;
      throw error;
    });
  };
  return {
    async load(question, name) {
      if (isSmall(question.at)) return null;
      try {
        await prepare();
        const { rows } = await pool.query<{ offsets: number[]; counts: Buffer }>({
          text: sql.load,
          values: [digestOf(question.what), digestOf(name)],
        });
        const [row] = rows;
        if (row === undefined) return null;
        const counts = new Map(JSON.parse((await inflate(row.counts)).toString()) as [string, number][]);
        savedAt.set(name, row.offsets);
        return { at: row.offsets, counts };
      } catch {
        return null;
      }
    },
    async save(question, name, { at, counts }, { isAnew, isTrue }) {
      const saved = savedAt.get(name);
      if (isSmall(at) || (!isAnew && saved !== undefined && distance(saved, at) < savedEvery)) return;
      try {
        await prepare();
        const packed = await deflate(JSON.stringify([...counts]));
        if (!(await isTrue())) return;
        await pool.query({ text: sql.save, values: [digestOf(question.what), digestOf(name), at, packed] });
        savedAt.set(name, at);
      } catch {
        // Next time.
      }
    },
  };
}

/** Whatever was counted before is counted anew by whoever is started next. */
export async function forgetStoredCounts(pool: Pool): Promise<void> {
  await migrate(pool, { schema: 'reads', folder });
  await pool.query(sql.forget);
}

function isSmall(at: Offsets): boolean {
  return at.reduce((sum, offset) => sum + offset, 0) < smallLog;
}

function digestOf(what: unknown): string {
  return createHash('sha256').update(canonicalJson(what)).digest('base64url');
}
