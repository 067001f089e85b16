/**
 * Where the embedded server's data lies and what is there. Nothing that is found is ever overwritten: a folder is
 * ours and whole, or absent, or the operator is told what it is.
 */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../configuration-error.ts';
import { canReach, type ServerAccount, serverAccount } from './server-account.ts';

export type DataSite = {
  /** LEDGERLINE_DATA, resolved. */
  readonly dataFolder: string;
  /** Holds `postgres`, `run` and `server.log`: the data folder itself, or a folder it points to. */
  readonly home: string;
  /** PGDATA. */
  readonly cluster: string;
  readonly account: ServerAccount | undefined;
};

/** In the data folder when the server's account can't enter that; without it, the data elsewhere is nobody's. */
const POINTER = 'postgres-elsewhere.json';
const BELONGS_TO = 'belongs-to.json';

/** @param systemFolder where data may be kept if the server's account can't reach `folder` */
export async function locateData(folder: string, systemFolder: string): Promise<DataSite> {
  const dataFolder = await openDataFolder(folder);
  const local = join(dataFolder, 'postgres');
  const pointed = await readPointer(dataFolder);
  if (pointed !== undefined) return await siteAt(dataFolder, pointed, await serverAccount(join(pointed, 'postgres')));
  const account = await serverAccount(local);
  if (account === undefined || (await canReach(dataFolder, account)))
    return await siteAt(dataFolder, dataFolder, account);
  if (!(await isAbsent(local))) {
    throw new ConfigurationError(
      `the data in ${local} can't be reached by its owner, user ${account.name}: give the folders above it mode 0711, or move it`,
    );
  }
  return await siteAt(dataFolder, await pointElsewhere(dataFolder, systemFolder, account), account);
}

async function siteAt(dataFolder: string, home: string, account: ServerAccount | undefined): Promise<DataSite> {
  if (home !== dataFolder)
    await writeFile(join(home, BELONGS_TO), JSON.stringify({ dataFolder })).catch(() => undefined);
  return { dataFolder, home, cluster: join(home, 'postgres'), account };
}

async function openDataFolder(folder: string): Promise<string> {
  try {
    const created = await mkdir(folder, { recursive: true });
    // The server's account must get through, whatever the umask: what is secret lies a level deeper, with mode 0700.
    if (created !== undefined) await chmod(folder, 0o755);
    return await realpath(folder);
  } catch (cause) {
    throw new ConfigurationError(`the data folder ${folder} can't be used: ${(cause as Error).message}`, { cause });
  }
}

async function readPointer(dataFolder: string): Promise<string | undefined> {
  const text = await readFile(join(dataFolder, POINTER), 'utf8').catch(unlessMissing);
  if (text === undefined) return undefined;
  const { folder } = JSON.parse(text) as { folder: string };
  const found = await readdir(folder).catch(unlessMissing);
  if (found === undefined) {
    throw new ConfigurationError(
      `${join(dataFolder, POINTER)} says that the data is in ${folder}, which is gone: restore it, or delete ${dataFolder} to begin with no data`,
    );
  }
  return folder;
}

/** The pointer is linked into place, so that of two first starts at once both use one folder. */
async function pointElsewhere(dataFolder: string, systemFolder: string, account: ServerAccount): Promise<string> {
  const id = randomBytes(8).toString('hex');
  const home = join(systemFolder, id);
  const staged = join(dataFolder, `${POINTER}.${id}`);
  try {
    const created = await mkdir(systemFolder, { recursive: true });
    if (created !== undefined) await chmod(systemFolder, 0o755);
    await mkdir(home);
    await chmod(home, 0o711);
  } catch (cause) {
    throw unreachable(dataFolder, systemFolder, account, cause);
  }
  if (!(await canReach(home, account))) throw unreachable(dataFolder, systemFolder, account, undefined);
  await writeFile(
    staged,
    `${JSON.stringify({ folder: home, why: `user ${account.name} can't enter ${dataFolder}` })}\n`,
  );
  try {
    await link(staged, join(dataFolder, POINTER));
    return home;
  } catch (error) {
    await rm(home, { recursive: true });
    const winner = await readPointer(dataFolder);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    await rm(staged, { force: true });
  }
}

function unreachable(dataFolder: string, systemFolder: string, account: ServerAccount, cause: unknown): Error {
  return new ConfigurationError(
    `PostgreSQL can't run as root, user ${account.name} can't enter ${dataFolder}, and ${systemFolder} can't be used instead: set LEDGERLINE_DATA to a folder below ones with mode 0711, start as an ordinary user, or set DATABASE_URL`,
    { cause },
  );
}

/** Whether there is a cluster. Throws ConfigurationError where there is something else, which stays as it is. */
export async function inspectCluster(site: DataSite, major: string): Promise<'absent' | 'whole'> {
  const { cluster } = site;
  try {
    if (await isAbsent(cluster)) return 'absent';
    const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(unlessMissing))?.trim();
    const control = await readFile(join(cluster, 'global', 'pg_control')).catch(unlessMissing);
    if (version !== undefined && version !== major) {
      throw new ConfigurationError(
        `the data in ${cluster} was made by PostgreSQL ${version}, and this is PostgreSQL ${major}: move the data over with pg_dump of version ${version}, go back to the Ledgerline that made it, or set LEDGERLINE_DATA to another folder`,
      );
    }
    if (version === undefined || control === undefined) {
      throw new ConfigurationError(
        `${cluster} is no PostgreSQL data folder, or half of one (${version === undefined ? 'PG_VERSION' : 'global/pg_control'} is missing): restore it, move it away, or set LEDGERLINE_DATA to another folder; nothing in it was touched`,
      );
    }
    const { uid } = await stat(cluster);
    if (uid !== (site.account?.uid ?? process.getuid?.() ?? uid)) {
      throw new ConfigurationError(
        `the data in ${cluster} belongs to user #${uid}, and PostgreSQL runs on its own user's data only: start as that user, or give it to the user who starts Ledgerline${uid === 0 ? ', who must not be root' : ''}`,
      );
    }
    return 'whole';
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(
      `the data in ${cluster} can't be read (${(error as Error).message}): start as the user who made it, or set LEDGERLINE_DATA to another folder`,
      { cause: error },
    );
  }
}

/** Folders of former data folders at the same place: deleted since, and of no use to anybody. */
export async function abandonedHomes(site: DataSite): Promise<string[]> {
  if (site.home === site.dataFolder) return [];
  const parent = dirname(site.home);
  const abandoned: string[] = [];
  for (const name of await readdir(parent)) {
    const home = join(parent, name);
    if (home === site.home) continue;
    const text = await readFile(join(home, BELONGS_TO), 'utf8').catch(() => undefined);
    if (text !== undefined && (JSON.parse(text) as { dataFolder: string }).dataFolder === site.dataFolder)
      abandoned.push(home);
  }
  return abandoned;
}

async function isAbsent(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch(unlessMissing);
  return files === undefined || files.length === 0;
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
