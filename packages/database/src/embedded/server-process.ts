/**
 * The server as a process: started detached (the terminal's Ctrl-C is for Node, which stops the server in order),
 * as the account it may run as, with no variable of ours; stopped by signal.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { DataSite } from './data-folder.ts';
import { isServer } from './find-server.ts';
import type { ServerLog } from './server-log.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);
const FAST_SHUTDOWN_MS = 5_000;
const IMMEDIATE_SHUTDOWN_MS = 1_500;
const KILL_MS = 1_000;

export function serverCommand(
  site: DataSite,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): { readonly program: string; readonly args: readonly string[] } {
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return { program: join(binaries.folder, 'bin', 'postgres'), args: ['-D', site.cluster, ...args] };
}

/** Starts the server, which isn't ready yet. Whether it may run on the data folder is for itself to find out. */
export function spawnServer(
  site: DataSite,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
  log: ServerLog,
): ChildProcess {
  const { program, args } = serverCommand(site, binaries, settings);
  const child = spawn(program, args, {
    ...asAccount(site),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  // Node may end without it: then the next start adopts it.
  child.unref();
  return child;
}

/** How to run a program as the server's account: no group or variable of ours goes along. */
export function asAccount(site: DataSite) {
  const { account } = site;
  return {
    cwd: site.home,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...windowsEnvironment() },
    ...(account && { uid: account.uid, gid: account.gid }),
  };
}

/** Without SystemRoot no program starts there. */
function windowsEnvironment(): Record<string, string> {
  return process.platform === 'win32' ? { SystemRoot: 'C:\\Windows' } : {};
}

/**
 * Ends the server within 8 s: fast (open transactions are rolled back), else at once (the next start recovers).
 * Resolves when the process is gone.
 */
export async function stopServer(pid: number, binaries: Binaries, site: DataSite): Promise<void> {
  if (process.platform === 'win32') {
    const args = ['stop', '-D', site.cluster, '-m', 'fast', '-w', '-t', String(FAST_SHUTDOWN_MS / 1000)];
    await run(join(binaries.folder, 'bin', 'pg_ctl'), args, asAccount(site)).catch(() => undefined);
  }
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', KILL_MS],
  ] as const;
  for (const [signal, deadlineMs] of steps) {
    if (!(await isServer(pid))) return;
    sendSignal(pid, signal);
    if (await waitUntil(async () => !(await isServer(pid)), deadlineMs)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) does not end`);
}

/** False where the process is gone already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** How the child ended, or why it couldn't be started. Never rejects: it is waited for only where a start fails. */
export async function ended(child: ChildProcess): Promise<string> {
  try {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return `ended with ${child.signalCode ?? `status ${child.exitCode}`}`;
  } catch (error) {
    return `could not be started: ${(error as Error).message}`;
  }
}
