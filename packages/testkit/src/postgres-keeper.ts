/**
 * The process behind the PostgreSQL that all test files of this checkout share. Each test process holds a shared
 * advisory lock; once nobody has held one for a while, the keeper stops the server and deletes its data.
 * It outlives the test process that started it and dies by itself, so a killed test run leaves nothing behind.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError, createPool, startEmbeddedServer } from '@ledgerline/database';
import { type Pool, PRESENCE_LOCK, quietLogger, testSettings } from './postgres-settings.ts';

const CHECK_MS = 500;
const IDLE_MS = 10_000;
const SWEEP_MS = 30_000;

const [dataFolder] = process.argv.slice(2);
if (dataFolder === undefined) throw new Error('usage: postgres-keeper.ts <folder>');
try {
  await keep(dataFolder);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // Another keeper was first, which is as good.
  process.exitCode = error.exitCode;
}

async function keep(folder: string): Promise<void> {
  const server = await startEmbeddedServer({ dataFolder: folder, logger: quietLogger, settings: testSettings });
  const pool = createPool(
    { connection: server.connection, applicationName: 'ledgerline test keeper', max: 1 },
    quietLogger,
  );
  await writeFile(join(folder, 'connection.json.new'), JSON.stringify(server.connection));
  await rename(join(folder, 'connection.json.new'), join(folder, 'connection.json'));
  const client = await pool.connect();
  let sweptAt = performance.now();
  for (let idleSince = performance.now(); ; ) {
    await delay(CHECK_MS);
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [
      PRESENCE_LOCK,
    ]);
    const alone = rows[0]?.alone === true;
    if (!alone) idleSince = performance.now();
    // With the lock held nobody can join any more: who tries waits for the next keeper.
    else if (performance.now() - idleSince > IDLE_MS) break;
    else await client.query('select pg_advisory_unlock($1)', [PRESENCE_LOCK]);
    if (performance.now() - sweptAt > SWEEP_MS) {
      await dropAbandoned(client);
      sweptAt = performance.now();
    }
  }
  client.release();
  await pool.end();
  await rm(join(folder, 'connection.json'), { force: true });
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.log`, { force: true });
}

/** Databases of test processes that were killed; their names bear the process's number. */
async function dropAbandoned(client: Pick<Pool, 'query'>): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select datname as name from pg_database where datname ~ '^(test|template)_[0-9]+_[0-9]+$'",
  );
  for (const { name } of rows) {
    if (!isAlive(Number(name.split('_')[1]))) await client.query(`drop database if exists ${name} with (force)`);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
