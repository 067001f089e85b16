/** A PostgreSQL of a test's own, to be killed, stopped and started again: for tests of what happens then. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, realpath } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startEmbeddedServer } from '@ledgerline/database';
import type { Teardown } from './postgres-fresh-database.ts';
import { type Connection, quietLogger, testSettings, toDatabaseUrl } from './postgres-settings.ts';

export type OwnPostgres = {
  /** The same over restarts. */
  readonly connection: Connection;
  readonly url: string;
  readonly dataFolder: string;
  pid(): number | undefined;
  /** kill -9 of the server's main process. It is started again at once, as in standalone. */
  kill(): void;
  /** Stops the server until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
};

export type OwnPostgresOptions = {
  /** PostgreSQL settings over the tests' own (which have fsync off). */
  readonly settings?: Readonly<Record<string, string>>;
  /** `tcp`: on loopback, with a password, for programs that know no sockets. */
  readonly transport?: 'socket' | 'tcp';
};

export async function startPostgres(t: Teardown, options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'll-pg-'));
  await chmod(folder, 0o755);
  const guard = guardFolder(folder);
  const start = async () =>
    await startEmbeddedServer({
      dataFolder: folder,
      logger: quietLogger,
      settings: { ...testSettings, max_connections: '100', ...options.settings },
      ...(options.transport !== undefined && { transport: options.transport }),
    });
  let server: EmbeddedServer = await start();
  const { connection } = server;
  t.teardown(async () => {
    await server.stop();
    guard.end();
  });
  return {
    connection,
    url: toDatabaseUrl(connection),
    dataFolder: folder,
    pid: () => server.pid(),
    kill() {
      const pid = server.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    stop: () => server.stop(),
    async start() {
      server = await start();
    },
  };
}

/** Ends the server and removes its data when this process is gone, even by kill -9: then the pipe closes. */
function guardFolder(folder: string): { end(): void } {
  const script = `read _; file="$1/postgres/postmaster.pid"; [ -f "$file" ] && kill -QUIT "$(head -n 1 "$file")"; rm -rf "$1"`;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  (guard.stdin as Socket).unref();
  return { end: () => guard.stdin.end() };
}
