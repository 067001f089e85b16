/**
 * PostgreSQL as part of this process's life: found or started, owned by one process at a time, healed when it dies,
 * stopped in order. Speaks over a Unix socket that only its own user (and root) reaches; no TCP port but on Windows.
 */
import { join } from 'node:path';
import type { DatabaseLogger } from '../create-pool.ts';
import { acquireServer } from './acquire-server.ts';
import { prepareBinaries } from './binaries.ts';
import { type HeldServer, type ServerPlan, tryClaim } from './claim-server.ts';
import { abandonedHomes, inspectCluster, locateData } from './data-folder.ts';
import { findServer } from './find-server.ts';
import { initCluster } from './init-cluster.ts';
import { openServerLog } from './server-log.ts';
import { stopServer } from './server-process.ts';
import { DATABASE, type EmbeddedServer, superviseServer } from './supervise-server.ts';

export type EmbeddedServerOptions = {
  /** LEDGERLINE_DATA; made if missing. */
  readonly dataFolder: string;
  readonly logger: DatabaseLogger;
  /** For data and binaries if the data folder lies where the server's account can't go: only when started by root. */
  readonly systemFolder?: string;
  /** Ends a start under way: it rejects with the signal's reason, and nothing is left running. */
  readonly signal?: AbortSignal;
  /** Unix sockets except on Windows. */
  readonly transport?: 'socket' | 'tcp';
  /** PostgreSQL settings over ours: for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called when the server is lost for good: another process took the data folder while ours was down. */
  readonly onLost?: (error: Error) => void;
};

const SYSTEM_FOLDER = '/var/lib/ledgerline';
/** Long: a server that is found may be another process's, and merely slow. */
const FOREIGN_PATIENCE_MS = 60_000;

/**
 * Resolves when the database takes connections. Rejects with ConfigurationError (end with 78) where the operator has
 * to act: the folder is in use, of another version, not whole, not reachable; with Error and the last log lines else.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const plan = await planServer(options);
  const stop = new AbortController();
  const abort = () => stop.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    options.signal?.throwIfAborted();
    const held = await acquireServer(plan, stop.signal);
    await createDatabase(held);
    await stopAbandoned(plan);
    return superviseServer(plan, held, stop, options.onLost);
  } catch (error) {
    plan.log.close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

async function planServer(options: EmbeddedServerOptions): Promise<ServerPlan> {
  const { logger, systemFolder = SYSTEM_FOLDER, settings = {} } = options;
  const transport = options.transport ?? (process.platform === 'win32' ? 'tcp' : 'socket');
  const site = await locateData(options.dataFolder, systemFolder);
  const binaries = await prepareBinaries(site.account, site.account === undefined ? site.home : systemFolder);
  if ((await inspectCluster(site, binaries.major)) === 'absent') {
    logger.info({ cluster: site.cluster }, 'making a new data folder');
    await initCluster(site, binaries, transport);
  }
  const log = openServerLog(join(site.home, 'server.log'));
  return { site, binaries, transport, settings, logger, log, patience: { ms: FOREIGN_PATIENCE_MS } };
}

/** Two processes can't come here at once: the lock is held. */
async function createDatabase({ owner }: HeldServer): Promise<void> {
  const { rowCount } = await owner.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) await owner.query(`create database ${DATABASE}`);
}

/** Who deletes the data folder while a killed Node's server runs elsewhere leaves that server: it is of no use any more. */
async function stopAbandoned(plan: ServerPlan): Promise<void> {
  for (const home of await abandonedHomes(plan.site)) {
    const site = { ...plan.site, home, cluster: join(home, 'postgres') };
    const server = await findServer(site.cluster);
    const claim = server && (await tryClaim({ ...plan, site }, server));
    if (claim?.is === 'held') {
      await stopServer(claim.server.process.pid, plan.binaries, site);
      await claim.server.owner.end().catch(() => undefined);
    }
    plan.logger.warn(
      { folder: home },
      'the data of a deleted data folder is still there: remove it if it is not needed',
    );
  }
}
