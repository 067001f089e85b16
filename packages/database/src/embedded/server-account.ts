/**
 * PostgreSQL refuses to run as root. Started by root, the server runs as an account that the machine already has;
 * started by anybody else, as that user. Accounts are never created.
 */
import { execFile } from 'node:child_process';
import { type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '../configuration-error.ts';

export type ServerAccount = { readonly uid: number; readonly gid: number; readonly name: string };

const run = promisify(execFile);
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/**
 * undefined: the server runs as this process does.
 * @param cluster the data folder; where it exists already, the account is its owner, whoever that is
 */
export async function serverAccount(cluster: string | undefined): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = cluster === undefined ? undefined : await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `#${owner.uid}` };
  for (const name of CANDIDATES) {
    const account = await lookUp(name);
    if (account !== undefined && account.uid !== 0) return account;
  }
  throw new ConfigurationError(
    `PostgreSQL can't run as root, and there is no user ${CANDIDATES.join(' or ')} to run it as: start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own`,
  );
}

/** By `id`, which knows users of every kind (directory services too), unlike /etc/passwd. */
async function lookUp(name: string): Promise<ServerAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout), name };
  } catch {
    return undefined;
  }
}

/** Every folder from the root down to `folder` lets the account through. */
export async function canReach(folder: string, account: ServerAccount): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    if (!mayTraverse(await stat(path), account)) return false;
    if (path === dirname(path)) return true;
  }
}

function mayTraverse(stats: Stats, account: ServerAccount): boolean {
  if (stats.uid === account.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === account.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}
