/**
 * How the embedded server runs. Given on the command line at every start, so that no file in the data folder goes stale.
 * Durability is never traded: what was acknowledged survives a power cut.
 */
import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ConfigurationError } from '../configuration-error.ts';
import type { DataSite } from './data-folder.ts';

export type Listening = { readonly port: number; readonly socketFolder: string | undefined };

const PORT = 5432;
/** sockaddr_un holds 104 bytes on macOS, 108 on Linux, the closing NUL included. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the server will listen: in the data folder, or, where that makes the socket's path too long, in /tmp. */
export async function chooseListening(site: DataSite, transport: 'socket' | 'tcp'): Promise<Listening> {
  if (transport === 'tcp') return { port: await freePort(), socketFolder: undefined };
  const near = join(site.home, 'run');
  const fits = Buffer.byteLength(join(near, `.s.PGSQL.${PORT}`)) <= MAX_SOCKET_PATH_BYTES;
  // A random name: one that could be foreseen could be made by somebody else first.
  return { port: PORT, socketFolder: fits ? near : `/tmp/ledgerline-${randomBytes(8).toString('hex')}` };
}

/** Only the server's user may enter, and root. Refuses a folder that somebody else put there. */
export async function makeSocketFolder(site: DataSite, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || ![process.getuid?.() ?? 0, site.account?.uid].includes(found.uid)) {
    throw new ConfigurationError(`${folder} belongs to somebody else: PostgreSQL's socket can't be put there`);
  }
  await chmod(folder, 0o700);
  if (site.account) await chown(folder, site.account.uid, site.account.gid);
}

/** It is gone with the server, unless it lies with the data. */
export async function removeSocketFolder(site: DataSite, folder: string | undefined): Promise<void> {
  if (folder !== undefined && folder !== join(site.home, 'run')) await rm(folder, { recursive: true, force: true });
}

export function serverSettings(listening: Listening): Record<string, string> {
  return {
    ...(listening.socketFolder === undefined
      ? { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
      : { listen_addresses: '', unix_socket_directories: listening.socketFolder, unix_socket_permissions: '0700' }),
    port: String(listening.port),
    max_connections: '60',
    shared_buffers: '160MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Our statements are short: compiling them costs more than it saves.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    log_startup_progress_interval: '5s',
    log_line_prefix: '%m [%p] %a ',
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
