/** Datasette over SQLite with the claims of the timeline: what a user would pick to read them instead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { preparePython } from '@ledgerline/testkit';
import type { Pool } from 'pg';

export type Datasette = { readonly url: string; stop(): Promise<void> };

const builder = fileURLToPath(new URL('./build-datasette.py', import.meta.url));
const limits = ['--setting', 'sql_time_limit_ms', '10000', '--setting', 'facet_time_limit_ms', '10000'];

/** null, and said aloud, where there is no Python or no way to the package. */
export async function startDatasette(pool: Pool): Promise<Datasette | null> {
  const python = await preparePython({ name: 'datasette', packages: ['datasette==0.65.5'], imports: ['datasette'] });
  if (python === null) {
    console.log('\nNot measured: Datasette. It needs python3 with venv, and pip to get datasette 0.65.5.');
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'll-datasette-'));
  const file = join(folder, 'claims.db');
  const building = spawn(python.path, [builder, file], { stdio: ['pipe', 'inherit', 'inherit'] });
  await pipeline(Readable.from(claimLines(pool)), building.stdin);
  if (building.exitCode === null) await once(building, 'exit');
  const server = spawn(
    python.path,
    ['-m', 'datasette', 'serve', '-i', file, '--host', '127.0.0.1', '--port', '0', ...limits],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    server.once('exit', (code) => reject(new Error(`datasette ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      server.kill('SIGINT');
      await once(server, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

/** Of bench.claims, some thousands at a time. */
async function* claimLines(pool: Pool): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const { rows } = await pool.query<{ subject: string; line: string }>(
      `select subject, json_build_object('subject', subject, 'kind', kind, 'occurred', occurred, 'country', country, 'title', title,
         'words', concat_ws(' ', title, doc ->> 'summary', doc ->> 'content'), 'doc', doc::text)::text as line
       from bench.claims where subject > $1 order by subject limit 5000`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.subject;
    yield rows.map(({ line }) => `${line}\n`).join('');
  }
}
