/**
 * Numbered, forward-only, checksummed migrations of one schema. Each file is one transaction together with its own
 * record, under a lock that all processes share: whoever comes second finds the work done. An applied file never changes.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { ConfigurationError } from './configuration-error.ts';
import { withTransaction } from './with-transaction.ts';

export type MigrateOptions = {
  /** Created if missing; holds the table `migrations`. Also first in the search path while the files run. */
  readonly schema: string;
  /** Holds `NNNN-name.sql`, numbered from 0001 without gaps. */
  readonly folder: URL;
};

type Migration = { readonly number: number; readonly file: string; readonly text: string; readonly checksum: string };
type Applied = { readonly number: number; readonly file: string; readonly checksum: string };

/** Any constant will do, as long as all processes agree; the second key is the schema's hash. */
const LOCK_CLASS = 0x4c4c_4d49;
/** Building an index on a large table is longer than any request may take; so is waiting for one that builds it. */
const NO_DEADLINE = `set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0`;

/** pg takes 0 for "the pool's own": this is the longest that a timer can be. */
const NO_CLIENT_DEADLINE_MS = 2 ** 31 - 1;

/**
 * Brings the schema up to date. Rejects with ConfigurationError where the database was migrated by other files
 * (changed, missing, or newer than ours) and nothing is done; with the database's own error where a file fails,
 * which leaves the files before it applied.
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions): Promise<void> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(options.schema)) throw new TypeError(`no schema name: ${options.schema}`);
  const migrations = await readMigrations(options.folder);
  while (await applyNext(pool, options.schema, migrations)) {
    // One transaction a file: a failure keeps what went before.
  }
}

/** Numbered from 1 without gaps: a gap means that a file was lost or that two branches numbered apart. */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
  return await Promise.all(
    files.map(async (file, index) => {
      const number = index + 1;
      if (!file.startsWith(`${String(number).padStart(4, '0')}-`)) {
        throw new ConfigurationError(`migration ${file}: expected number ${number} there (in ${folder.pathname})`);
      }
      const text = await readFile(join(fileURLToPath(folder), file), 'utf8');
      // A checkout with other line ends is still the same migration.
      const checksum = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('base64url');
      return { number, file, text, checksum };
    }),
  );
}

/** True if a file was applied and there may be more. */
async function applyNext(pool: pg.Pool, schema: string, migrations: readonly Migration[]): Promise<boolean> {
  return await withTransaction(pool, async (client) => {
    await client.query({ text: NO_DEADLINE, query_timeout: NO_CLIENT_DEADLINE_MS } as pg.QueryConfig);
    await client.query({
      text: 'select pg_advisory_xact_lock($1, hashtext($2))',
      values: [LOCK_CLASS, schema],
      query_timeout: NO_CLIENT_DEADLINE_MS,
    } as pg.QueryConfig);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`create table if not exists ${schema}.migrations (
      number int primary key,
      file text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
    const { rows } = await client.query<Applied>(
      `select number, file, checksum from ${schema}.migrations order by number`,
    );
    checkApplied(schema, rows, migrations);
    const next = migrations[rows.length];
    if (next === undefined) return false;
    await client.query(`set local search_path to ${schema}, pg_catalog`);
    await client.query({ text: next.text, query_timeout: NO_CLIENT_DEADLINE_MS } as pg.QueryConfig);
    await client.query(`insert into ${schema}.migrations (number, file, checksum) values ($1, $2, $3)`, [
      next.number,
      next.file,
      next.checksum,
    ]);
    return rows.length + 1 < migrations.length;
  });
}

function checkApplied(schema: string, applied: readonly Applied[], migrations: readonly Migration[]): void {
  const problems: string[] = [];
  for (const [index, row] of applied.entries()) {
    const migration = migrations[index];
    if (migration === undefined) {
      problems.push(
        `schema ${schema} has migration ${row.file}, which this version does not know: run the newer version`,
      );
    } else if (row.number !== migration.number || row.file !== migration.file) {
      problems.push(`schema ${schema} has migration ${row.file} where this version has ${migration.file}`);
    } else if (row.checksum !== migration.checksum) {
      problems.push(
        `migration ${row.file} of schema ${schema} was changed after it was applied: restore it and add a new one`,
      );
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}
