/**
 * Gets hold of the server on a data folder: of the one that runs (left by a killed Node), or of a new one. Safe for
 * several processes at once: PostgreSQL's lock on the folder lets one server run, the advisory lock one process own it.
 */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '../configuration-error.ts';
import { claimServer, type HeldServer, type ServerPlan } from './claim-server.ts';
import { findServer, forgetStaleLocks, type ServerProcess } from './find-server.ts';
import { ended, serverCommand, spawnServer, stopServer } from './server-process.ts';
import {
  chooseListening,
  type Listening,
  makeSocketFolder,
  removeSocketFolder,
  serverSettings,
} from './server-settings.ts';

const PAUSE_MS = 25;
/** Backends outlive a killed postmaster by moments and keep a new one from starting. */
const STARTABLE_DEADLINE_MS = 10_000;

/**
 * Rejects with ConfigurationError if another process owns it, with the server's last log lines if it won't start.
 * @param listening where a server that is started shall listen: as before, when it is started again
 */
export async function acquireServer(plan: ServerPlan, signal: AbortSignal, listening?: Listening): Promise<HeldServer> {
  const startableBy = performance.now() + STARTABLE_DEADLINE_MS;
  for (; ; await delay(PAUSE_MS)) {
    signal.throwIfAborted();
    const running = await findServer(plan.site.cluster);
    if (running !== undefined) {
      // One that is just starting has its socket folder in its lock file a moment later than the rest.
      if (plan.transport === 'socket' && running.socketFolder === undefined && performance.now() < startableBy)
        continue;
      const held = await claimServer(plan, running, signal);
      if (held === undefined) continue;
      if (await runsAsPlanned(plan, held.process)) return held;
      plan.logger.info({ serverPid: running.pid }, 'a PostgreSQL of other settings was left running: starting it anew');
      await stopServer(running.pid, plan.binaries, plan.site);
      await held.owner.end().catch(() => undefined);
      continue;
    }
    const place = listening ?? (await chooseListening(plan.site, plan.transport));
    const outcome = await startServer(plan, place, signal);
    if (typeof outcome !== 'string') return outcome;
    // A place that is kept for the next try is not left to whoever else may write in /tmp.
    if (listening === undefined) await removeSocketFolder(plan.site, place.socketFolder);
    if (!/lock file "|shared memory block/.test(outcome) || performance.now() > startableBy) {
      throw new Error(`PostgreSQL did not start (log: ${plan.log.file}):\n${outcome}`);
    }
  }
}

/** An upgrade, or another Ledgerline's ways: the server must run as it would if we had started it. */
async function runsAsPlanned(plan: ServerPlan, server: ServerProcess): Promise<boolean> {
  const options = await readFile(join(plan.site.cluster, 'postmaster.opts'), 'utf8').catch(() => '');
  const command = serverCommand(plan.site, plan.binaries, { ...serverSettings(server), ...plan.settings });
  const program = await realpath(command.program);
  return options.trim() === [program, ...command.args.map((arg) => `"${arg}"`)].join(' ');
}

/** The last log lines where the server ended by itself. */
async function startServer(plan: ServerPlan, listening: Listening, signal: AbortSignal): Promise<HeldServer | string> {
  await makeSocketFolder(plan.site, listening.socketFolder);
  await forgetStaleLocks(plan.site.cluster, listening);
  const mark = await plan.log.size();
  const child = spawnServer(plan.site, plan.binaries, { ...serverSettings(listening), ...plan.settings }, plan.log);
  const over = new AbortController();
  const exit = ended(child).finally(() => over.abort());
  const { pid } = child;
  if (pid === undefined) return await exit;
  try {
    const held = await claimServer(plan, { ...listening, pid }, AbortSignal.any([signal, over.signal]));
    if (held !== undefined) return held;
  } catch (error) {
    // Whoever owns the server that answered: ours ended, or is another's now.
    if (error instanceof ConfigurationError) throw error;
    if (!over.signal.aborted) {
      await stopServer(pid, plan.binaries, plan.site);
      throw error;
    }
  }
  const how = await exit;
  return `${await plan.log.tail(mark)}\n(${how})`;
}
