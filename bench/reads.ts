/**
 * Reads over the timeline of 200,000 events at 16 connections: a page of fifty by a filter, a full-text page, facets. Beside
 * a bare handler that runs one prepared statement over a flat table of the same claims, and Datasette over SQLite.
 */
import { readFileSync } from 'node:fs';
import { createPool } from '@ledgerline/database';
import { quietLogger } from '@ledgerline/testkit';
import autocannon from 'autocannon';
import type { Pool } from 'pg';
import { startDatasette } from './peers/start-datasette.ts';
import { seedViews } from './reads-seed.ts';
import { report, type Sample } from './report.ts';
import { baseUrl, type Rig, startChild, until } from './rig.ts';

const events = 200_000;
const connections = 16;
/** Values take turns, so that no one answer is all that is measured. */
const countries = ['LT', 'LV', 'PL', 'EE'];
const words = ['fence', 'camera', 'river', 'asylum'];

type Shape = { readonly title: string; readonly paths: Readonly<Record<string, readonly string[]>> };

const page = '_shape=objects&_sort_desc=occurred&_size=50&_nocount=1&_nofacet=1';
const shapes: readonly Shape[] = [
  {
    title: 'newest 50 claims of a country',
    paths: {
      bare: countries.map((value) => `/list/${value}`),
      ledgerline: countries.map((value) => `/v1/timeline?country=${value}&order=-occurred`),
      'ledgerline, view=minimal': countries.map(
        (value) => `/v1/timeline?country=${value}&order=-occurred&view=minimal`,
      ),
      Datasette: countries.map((value) => `/claims/claims.json?country=${value}&${page}`),
    },
  },
  {
    title: 'newest 50 claims with a word',
    paths: {
      bare: words.map((value) => `/text/${value}`),
      ledgerline: words.map((value) => `/v1/timeline?q=${value}&order=-occurred`),
      Datasette: words.map((value) => `/claims/claims.json?_search=${value}&${page}`),
    },
  },
  {
    title: 'claims of a country by kind (ledgerline: counted before at this or a near position)',
    paths: {
      bare: countries.map((value) => `/facets/${value}`),
      ledgerline: countries.map((value) => `/v1/timeline?country=${value}&facets=kind&limit=1&fields=subject`),
      Datasette: countries.map((value) => `/claims/claims.json?country=${value}&_facet=kind&_size=0`),
    },
  },
];

export async function benchReads(rig: Rig, options: { rounds: number; seconds: number }): Promise<void> {
  const databaseUrl = await rig.freshDatabase();
  const pool = createPool({ connection: databaseUrl, applicationName: 'bench', statementTimeoutMs: 0 }, quietLogger);
  await seedViews(pool, events);
  await measureReads(pool, databaseUrl, options);
  await pool.end();
}

/** @param pool of a database with the views' first generations */
export async function measureReads(
  pool: Pool,
  databaseUrl: string,
  options: { rounds: number; seconds: number },
): Promise<void> {
  for (const statement of readFileSync(new URL('./limits/bare-claims.sql', import.meta.url), 'utf8').split(';\n')) {
    if (statement.trim() !== '') await pool.query(statement);
  }
  const bare = await startChild('bench/limits/bare-reads.ts', { DATABASE_URL: databaseUrl });
  const query = await startChild('services/query/src/main.ts', { DATABASE_URL: databaseUrl });
  const ledgerline = await baseUrl(query);
  // Not /health/ready: there is no log here, only what was made of one.
  await until(async () => (await fetch(`${ledgerline}/v1/timeline?limit=1`)).ok, 60_000, 'the timeline');
  const datasette = await startDatasette(pool);
  const urls = {
    bare: await baseUrl(bare),
    ledgerline,
    'ledgerline, view=minimal': ledgerline,
    Datasette: datasette?.url,
  };

  for (const { title, paths } of shapes) {
    const samples: Sample[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [name, url] of Object.entries(urls)) {
        const asked = paths[name];
        if (url !== undefined && asked !== undefined)
          samples.push({ name, ...(await load(url, asked, options.seconds)) });
      }
    }
    report(title, samples, 'requests/s');
  }
  await reportDepth(pool, ledgerline);
  await Promise.all([bare.stop(), query.stop(), datasette?.stop()]);
}

async function load(url: string, paths: readonly string[], seconds: number): Promise<Omit<Sample, 'name'>> {
  const requests = paths.map((path) => ({ method: 'GET' as const, path }));
  // What was never asked before is asked once: prepared statements, caches of the file system, facets.
  for (const path of paths) {
    const response = await fetch(url + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
  await autocannon({ url, connections, duration: 1, requests, timeout: 30 });
  const result = await autocannon({ url, connections, duration: seconds, requests, timeout: 30 });
  const { p50, p99 } = result.latency;
  const bytes = Math.round(result.throughput.total / Math.max(1, result['2xx']));
  if (result['2xx'] === 0) return { eventsPerSecond: 0, note: `no answer within ${seconds} s` };
  const note = `p50 ${p50} ms, p99 ${p99} ms, ${bytes} bytes an answer, ${result.non2xx + result.errors} failed`;
  return { eventsPerSecond: result['2xx'] / result.duration, note };
}

/** Page 1 against page 2,000: one request at a time, medians of fifty. */
async function reportDepth(pool: Pool, url: string): Promise<void> {
  const path = '/v1/timeline?order=-occurred';
  let cursor: string | null = null;
  for (let thousand = 0; thousand < 100; thousand += 1) {
    const at: string = cursor === null ? '' : `&cursor=${cursor}`;
    const answer = await fetch(`${url}${path}&fields=subject&limit=1000${at}`);
    cursor = ((await answer.json()) as { page: { next: string } }).page.next;
  }
  const median = async (target: string) => {
    const times: number[] = [];
    for (let turn = 0; turn < 50; turn += 1) {
      const startedAt = performance.now();
      await (await fetch(target)).arrayBuffer();
      times.push(performance.now() - startedAt);
    }
    return times.toSorted((a, b) => a - b)[25] ?? Number.NaN;
  };
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from bench.claims');
  const [first, deep] = [await median(`${url}${path}`), await median(`${url}${path}&cursor=${cursor}`)];
  console.log(`\npage 1 and page 2,000 of ${rows[0]?.n} claims: ${first.toFixed(1)} and ${deep.toFixed(1)} ms`);
}
