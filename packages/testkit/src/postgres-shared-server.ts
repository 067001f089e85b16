/** The client side of the shared server: joins the one that runs, or has a keeper start it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPool, isRetryable } from '@ledgerline/database';
import { type Connection, PRESENCE_LOCK, quietLogger } from './postgres-settings.ts';

const START_DEADLINE_MS = 60_000;
const PAUSE_MS = 50;
const CONFIGURATION_EXIT = 78;

let joined: Promise<Connection> | undefined;

/** One presence a process; let go when the process ends, however it does. */
export function joinSharedServer(): Promise<Connection> {
  return (joined ??= joinOrStart());
}

async function joinOrStart(): Promise<Connection> {
  const folder = await sharedFolder();
  const deadline = performance.now() + START_DEADLINE_MS;
  let keeper: Keeper | undefined;
  while (performance.now() < deadline) {
    const connection = await tryJoin(folder);
    if (connection !== undefined) return connection;
    if (keeper === undefined || keeper.exit === CONFIGURATION_EXIT || keeper.exit === 0)
      keeper = await startKeeper(folder);
    else if (keeper.exit !== undefined) break;
    await delay(PAUSE_MS);
  }
  const log = await readFile(`${folder}.log`, 'utf8').catch(() => '');
  throw new Error(`the PostgreSQL shared by the tests did not start (${folder}): ${log.slice(-2000)}`);
}

/** One a checkout and user: a run with other code, or of another user, has its own. */
async function sharedFolder(): Promise<string> {
  const checkout = createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 8);
  return join(await realpath(tmpdir()), `ledgerline-test-${process.getuid?.() ?? 0}-${checkout}`);
}

async function tryJoin(folder: string): Promise<Connection | undefined> {
  const text = await readFile(join(folder, 'connection.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const connection = JSON.parse(text) as Connection;
  const pool = createPool({ connection, applicationName: `test ${process.pid}`, max: 1 }, quietLogger);
  try {
    const client = await pool.connect();
    const { rows } = await client.query<{ present: boolean }>('select pg_try_advisory_lock_shared($1) as present', [
      PRESENCE_LOCK,
    ]);
    if (rows[0]?.present === true) {
      // Kept for the life of the process, and no reason for it to live on.
      (client as typeof client & { unref(): void }).unref();
      return connection;
    }
    client.release();
  } catch (error) {
    if (!isRetryable(error)) throw error;
  }
  await pool.end();
  return undefined;
}

type Keeper = { exit: number | undefined };

async function startKeeper(folder: string): Promise<Keeper> {
  await mkdir(folder, { recursive: true });
  const log = openSync(`${folder}.log`, 'a');
  const child = spawn(process.execPath, [fileURLToPath(new URL('./postgres-keeper.ts', import.meta.url)), folder], {
    detached: true,
    stdio: ['ignore', log, log],
    // What tap puts into the environment (loaders, hooks) is for test files.
    env: { PATH: '/usr/bin:/bin' },
  });
  closeSync(log);
  const keeper: Keeper = { exit: undefined };
  child.once('exit', (code) => {
    keeper.exit = code ?? 1;
  });
  child.once('error', () => {
    keeper.exit = 1;
  });
  child.unref();
  return keeper;
}
