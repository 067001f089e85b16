/**
 * A program of ours as a child process of a test: watched, stopped or killed by its own process group, and gone with
 * the test, even if the test itself is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Teardown } from './postgres-fresh-database.ts';
import { processConfig } from './process-config.ts';
import { captureOutput, type ProcessOutput } from './process-output.ts';

export type ProcessOptions = {
  /** For messages. */
  readonly name: string;
  /** This Node unless given. */
  readonly command?: string;
  readonly args: readonly string[];
  /** All that the child gets besides PATH, HOME and the compile cache: nothing of the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
};

export type ProcessExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly ms: number };

export type TestProcess = {
  readonly pid: number;
  readonly output: ProcessOutput;
  /** Settles when the process has ended; `ms` is counted from the signal of `stop` or `kill`, if there was one. */
  readonly exited: Promise<ProcessExit>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM. Rejects, and kills it, if it hasn't ended by the deadline. */
  stop(timeoutMs?: number): Promise<ProcessExit>;
  /** SIGKILL, to this process alone: what it started lives on. */
  kill(): Promise<ProcessExit>;
  /** Resolves when `url` answers with a 2xx. Rejects at the deadline, or when the process ends. */
  waitForReady(url: string, timeoutMs?: number): Promise<void>;
};

const base = {
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
  HOME: tmpdir(),
  ...(processConfig.compileCache !== undefined && { NODE_COMPILE_CACHE: processConfig.compileCache }),
};
const STOP_TIMEOUT_MS = 12_000;
const READY_TIMEOUT_MS = 60_000;
const READY_PAUSE_MS = 50;

/** Resolves when the process has been started, which says nothing of its readiness. */
export async function startProcess(t: Teardown, options: ProcessOptions): Promise<TestProcess> {
  const child = spawn(options.command ?? process.execPath, options.args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
    env: { ...base, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.name} was not started`);
  let signalledAt: number | undefined;
  const exited = once(child, 'exit').then(([code, signal]: unknown[]): ProcessExit => {
    const ms = signalledAt === undefined ? 0 : performance.now() - signalledAt;
    return { code: code as ProcessExit['code'], signal: signal as ProcessExit['signal'], ms };
  });
  // Not the same moment: what it printed last is read after it has ended.
  const closed = once(child, 'close');
  const over = Promise.all([exited, closed]).then(([{ code, signal }]) => `ended (${signal ?? `status ${code}`})`);
  const output = captureOutput(options.name, [child.stdout, child.stderr], over);
  const guard = guardProcess(pid);
  void exited.then(() => guard.kill());

  const send = (signal: NodeJS.Signals) => {
    signalledAt = performance.now();
    child.kill(signal);
  };
  const stop = async (timeoutMs = STOP_TIMEOUT_MS) => {
    if (child.exitCode === null && child.signalCode === null) send('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const exit = await exited.finally(() => clearTimeout(late));
    if (exit.signal === 'SIGKILL' && exit.ms >= timeoutMs) {
      throw new Error(`${options.name} did not stop within ${timeoutMs} ms; it printed:\n${output.text()}`);
    }
    return exit;
  };
  t.teardown(async () => {
    await stop();
  });
  return {
    pid,
    output,
    exited,
    signal: send,
    stop,
    kill() {
      send('SIGKILL');
      return exited;
    },
    async waitForReady(url, timeoutMs = READY_TIMEOUT_MS) {
      const ended = new AbortController();
      void exited.then(() => ended.abort(new Error(`${options.name} ended; it printed:\n${output.text()}`)));
      const deadline = performance.now() + timeoutMs;
      while (!(await answers(url))) {
        ended.signal.throwIfAborted();
        if (performance.now() > deadline) {
          throw new Error(`${options.name} is not ready after ${timeoutMs} ms (${url}); it printed:\n${output.text()}`);
        }
        await new Promise((resolve) => {
          setTimeout(resolve, READY_PAUSE_MS);
        });
      }
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Ends the child in order, then by force, when this process is gone: then the pipe closes. */
function guardProcess(pid: number): ChildProcess {
  const script =
    'read _; kill -TERM "$1" || exit; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1; kill -0 "$1" || exit; done; kill -KILL "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  (guard.stdin as Socket).unref();
  return guard;
}
