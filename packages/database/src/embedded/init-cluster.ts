/**
 * Makes a data folder: beside its place, then renamed, so that what bears the name is whole. Text is UTF-8 and sorts by
 * code point (the server's own C.UTF-8), whatever the machine's locale is or becomes.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '../configuration-error.ts';
import type { Binaries } from './binaries.ts';
import type { DataSite } from './data-folder.ts';
import { asAccount } from './server-process.ts';

const run = promisify(execFile);
const STAGED = 'postgres.initdb-';
/** No initdb takes as long: a staged folder this old was left by a crash. */
const STALE_MS = 10 * 60_000;
const INITDB_TIMEOUT_MS = 120_000;

export const SUPERUSER = 'ledgerline';

/** Safe to run twice at once: the one that renames first wins and the other one's folder goes. */
export async function initCluster(site: DataSite, binaries: Binaries, transport: 'socket' | 'tcp'): Promise<void> {
  await removeStale(site.home);
  const staged = join(site.home, `${STAGED}${randomBytes(6).toString('hex')}`);
  await mkdir(staged, { mode: 0o700 });
  const password = transport === 'tcp' ? await readPassword(site) : undefined;
  try {
    if (site.account) await chown(staged, site.account.uid, site.account.gid);
    const auth = await authArguments(site, staged, password);
    await run(
      join(binaries.folder, 'bin', 'initdb'),
      [`--pgdata=${join(staged, 'data')}`, ...auth, ...INITDB_ARGUMENTS],
      {
        ...asAccount(site),
        timeout: INITDB_TIMEOUT_MS,
        killSignal: 'SIGKILL',
      },
    );
    await rename(join(staged, 'data'), site.cluster).catch(async (error: NodeJS.ErrnoException) => {
      if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code ?? '') || !(await isThere(site.cluster))) throw error;
    });
    await syncFolder(dirname(site.cluster));
  } catch (error) {
    throw explain(site, error as Error & { code?: unknown; stderr?: string });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

function explain(site: DataSite, error: Error & { code?: unknown; stderr?: string }): Error {
  const instead = 'or set DATABASE_URL to a PostgreSQL of your own';
  const said = error.stderr?.trim() || error.message;
  if (error.code === 'ENOENT') {
    return new ConfigurationError(
      `this system can't run the PostgreSQL that npm brings (it needs glibc): use another, ${instead}`,
      { cause: error },
    );
  }
  if (error.code === 'EPERM') {
    return new ConfigurationError(
      `PostgreSQL can't run as root, and this process may not start it as ${site.account?.name ?? 'another user'}: start as an ordinary user, ${instead}`,
      { cause: error },
    );
  }
  if (said.includes('could not look up effective user ID')) {
    return new ConfigurationError(
      `user #${process.getuid?.()} has no entry in the system's list of users, which PostgreSQL needs: start as a user who has, ${instead}`,
      { cause: error },
    );
  }
  return new Error(`the data folder ${site.cluster} could not be made: ${said}`, { cause: error });
}

const INITDB_ARGUMENTS = [
  `--username=${SUPERUSER}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
];

async function authArguments(site: DataSite, staged: string, password: string | undefined): Promise<string[]> {
  // Only root and the server's own user get to the socket: docs/decisions/0005.
  if (password === undefined) return ['--auth-local=trust', '--auth-host=reject'];
  const file = join(staged, 'password');
  await writeFile(file, password, { mode: 0o600 });
  if (site.account) await chown(file, site.account.uid, site.account.gid);
  return ['--auth-local=scram-sha-256', '--auth-host=scram-sha-256', `--pwfile=${file}`];
}

/** The superuser's password where there is TCP; made once, readable by us alone. */
export async function readPassword(site: DataSite): Promise<string> {
  const file = join(site.home, 'password');
  await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return await readFile(file, 'utf8');
}

async function removeStale(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(STAGED)) continue;
    const { mtimeMs } = await stat(join(home, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(join(home, name), { recursive: true, force: true });
  }
}

async function isThere(cluster: string): Promise<boolean> {
  return (await stat(join(cluster, 'PG_VERSION')).catch(() => undefined)) !== undefined;
}

/** The rename outlasts a power cut only once the folder is synced. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
