/**
 * Which server runs on a data folder, by PostgreSQL's own lock files. They are believed only as far as a live
 * PostgreSQL process bears them out: numbers of processes are used again, after a reboot or in a restarted container.
 */
import { execFile } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Listening } from './server-settings.ts';

export type ServerProcess = Listening & { readonly pid: number };

const run = promisify(execFile);
/** PostgreSQL makes its lock file and fills it within a millisecond. */
const UNFILLED_MS = 5_000;
const TEMPORARY = /^\/tmp\/ledgerline-[0-9a-f]{16}$/;

/** The server that runs on this data folder, if one does: ours, or one that a killed Node left. */
export async function findServer(cluster: string): Promise<ServerProcess | undefined> {
  // pid, data folder, start time, port, socket folder, listen address, shared memory key, status: one a line.
  const lines = (await readOr('', join(cluster, 'postmaster.pid'))).split('\n');
  const pid = toPid(lines[0]);
  const port = Number(lines[3]);
  if (pid === undefined || !(port > 0) || !(await isServer(pid))) return undefined;
  return { pid, port, socketFolder: lines[4]?.trim() || undefined };
}

/** A live process of that number that is PostgreSQL. A zombie isn't: in many containers nothing reaps an orphan. */
export async function isServer(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(await readOr('', `/proc/${pid}/stat`)) ?? [];
    return name === 'postgres' && state !== 'Z' && state !== 'X';
  }
  const { stdout } = await run('ps', ['-o', 'stat=,comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes('postgres') && !stdout.trimStart().startsWith('Z');
}

/**
 * Keeps locks that no server holds from stopping a new one. postmaster.pid isn't deleted: by the rest of it PostgreSQL
 * sees whether an old backend still uses the data; it is made to name us, the new server's parent, which it ignores.
 */
export async function forgetStaleLocks(cluster: string, listening: Listening): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  const text = await readOr('', lock);
  const [first = '', , , , formerSocketFolder = ''] = text.split('\n');
  const pid = toPid(first);
  if (pid === undefined) await removeUnfilled(lock);
  else if (!(await isServer(pid))) await writeFile(lock, text.replace(first, String(process.pid)), { flag: 'r+' });
  if (listening.socketFolder === undefined) return;
  // Made for a crashed server, because the data folder's path is too long; nobody else knows of it.
  if (TEMPORARY.test(formerSocketFolder) && formerSocketFolder !== listening.socketFolder) {
    await rm(formerSocketFolder, { recursive: true, force: true });
  }
  const socketLock = join(listening.socketFolder, `.s.PGSQL.${listening.port}.lock`);
  const socketPid = toPid((await readOr('', socketLock)).split('\n', 1)[0]);
  if (socketPid === undefined || !(await isServer(socketPid))) await rm(socketLock, { force: true });
}

/** What a full disk or a power cut leaves; a server that is just starting has filled its own by the next look. */
async function removeUnfilled(lock: string): Promise<void> {
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  if (Date.now() - mtimeMs > UNFILLED_MS) await rm(lock, { force: true });
}

function toPid(line: string | undefined): number | undefined {
  // Negative for a server in single-user mode.
  const pid = Math.abs(Number(line));
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

async function readOr(otherwise: string, file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => otherwise);
}
