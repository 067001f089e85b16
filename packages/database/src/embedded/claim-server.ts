/**
 * Who owns a running server: the process that holds its session advisory lock, on a connection kept for that. The lock
 * goes with the process, however that ends; no file can go stale.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { columnTypes } from '../column-types.ts';
import { ConfigurationError } from '../configuration-error.ts';
import type { DatabaseLogger } from '../create-pool.ts';
import { isRetryable } from '../is-retryable.ts';
import type { Binaries } from './binaries.ts';
import type { DataSite } from './data-folder.ts';
import { findServer, isServer, type ServerProcess } from './find-server.ts';
import { readPassword, SUPERUSER } from './init-cluster.ts';
import type { ServerLog } from './server-log.ts';
import { stopServer } from './server-process.ts';

export type HeldServer = {
  readonly process: ServerProcess;
  readonly connection: ClientConfig;
  /** Holds the lock: while it lives, the server is ours. */
  readonly owner: Client;
};

export type ServerPlan = {
  readonly site: DataSite;
  readonly binaries: Binaries;
  readonly transport: 'socket' | 'tcp';
  readonly log: ServerLog;
  readonly logger: DatabaseLogger;
  /** Added to ours. */
  readonly settings: Readonly<Record<string, string>>;
  /** How long a server that takes no connections may say nothing. */
  readonly patience: { ms: number };
};

type Claim =
  | { readonly is: 'held'; readonly server: HeldServer }
  | { readonly is: 'owned' }
  | { readonly is: 'not-ready' };

/** The same in every version: two versions on one data folder must see each other. Only this database is asked. */
const LOCK_KEY = 0x4c45_4447;
const LOCK_DATABASE = 'postgres';
const PAUSE_MS = 25;
/** Once it takes longer: each try leaves a line in the server's log. */
const LONG_PAUSE_MS = 250;
const LONG_AFTER_MS = 2_000;
/** A process that just ended may hold the lock for a moment longer. */
const OWNED_DEADLINE_MS = 1_500;

/**
 * Waits while the server starts, recovers or stops; undefined once it is gone. Recovery may take as long as it likes
 * and says how it gets on. A server that says nothing for `plan.patience.ms` is stopped: PostgreSQL 18 was seen to hang
 * for good after crashes on a full disk (a few in 200 runs), its main process alive and no recovery running.
 */
export async function claimServer(
  plan: ServerPlan,
  server: ServerProcess,
  signal: AbortSignal,
): Promise<HeldServer | undefined> {
  const start = performance.now();
  let heardAt = start;
  let heard = await plan.log.size();
  let ownedSince: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const claim = await tryClaim(plan, server);
    const now = performance.now();
    switch (claim.is) {
      case 'held':
        return claim.server;
      case 'owned':
        ownedSince ??= now;
        if (now - ownedSince > OWNED_DEADLINE_MS) throw ownedByAnother(plan.site, server);
        break;
      case 'not-ready':
        ownedSince = undefined;
        if (!(await isServer(server.pid))) return undefined;
        if (await plan.log.saysMore(heard)) heardAt = now;
        heard = await plan.log.size();
        if (now - heardAt > plan.patience.ms) return await giveUp(plan, server);
        break;
    }
    await delay(now - start < LONG_AFTER_MS ? PAUSE_MS : LONG_PAUSE_MS);
  }
}

async function giveUp(plan: ServerPlan, server: ServerProcess): Promise<undefined> {
  plan.logger.warn({ serverPid: server.pid, silentMs: plan.patience.ms }, 'PostgreSQL hangs: stopping it');
  // Should it have been slow rather than hung, the next one gets more time.
  plan.patience.ms *= 2;
  await stopServer(server.pid, plan.binaries, plan.site);
}

/** One try to own a server that is thought to run. */
export async function tryClaim(plan: ServerPlan, server: ServerProcess): Promise<Claim> {
  const connection = await connectionTo(plan, server);
  const owner = new Client({
    ...connection,
    database: LOCK_DATABASE,
    application_name: 'ledgerline owner',
    connectionTimeoutMillis: 2_000,
    types: columnTypes,
  });
  owner.on('error', () => undefined);
  try {
    await owner.connect();
    const { rows } = await owner.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [LOCK_KEY]);
    if (rows[0]?.locked === true) {
      // Of two starts at once the one whose server runs need not be the one that holds the lock.
      const process = (await findServer(plan.site.cluster)) ?? server;
      return { is: 'held', server: { process, connection, owner } };
    }
    await owner.end();
    return { is: 'owned' };
  } catch (error) {
    await owner.end().catch(() => undefined);
    if (isRetryable(error)) return { is: 'not-ready' };
    throw error;
  }
}

async function connectionTo(plan: ServerPlan, server: ServerProcess): Promise<ClientConfig> {
  return server.socketFolder === undefined
    ? { host: '127.0.0.1', port: server.port, user: SUPERUSER, password: await readPassword(plan.site) }
    : { host: server.socketFolder, port: server.port, user: SUPERUSER };
}

function ownedByAnother(site: DataSite, server: ServerProcess): ConfigurationError {
  return new ConfigurationError(
    `another Ledgerline is running on the data folder ${site.dataFolder} (its PostgreSQL is process ${server.pid}): stop it, or set LEDGERLINE_DATA to another folder`,
  );
}
