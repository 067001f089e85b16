/**
 * The frame of a process: start, run until told to stop, stop within a deadline, end with a code that says how it went:
 * 0 told to stop or done, 1 a fault, 78 a configuration that the operator must mend (all of it named at once on stderr).
 */
import { setFlagsFromString } from 'node:v8';
import { ConfigurationError } from '@ledgerline/database';

export type RunningService = {
  /** Finishes what is under way and lets go of everything. Called once. */
  stop(): Promise<void>;
  /** Resolves when there is nothing left to do, rejects when the service can't go on. Without it: until told to stop. */
  readonly ended?: Promise<void>;
};

/** Starts everything. `signal` is aborted when the process is told to stop meanwhile: waiting should end then. */
export type StartService = (signal: AbortSignal) => Promise<RunningService>;

/** Between the signal and the end at the latest; whoever sent it may kill after 10 s. */
const STOP_DEADLINE_MS = 9_500;

/**
 * What seems to live long V8 would place among the old objects at once, and they keep all that they refer to alive until a
 * major collection: a batch's events were copied twice for nothing (docs/decisions/0006). Here, for NODE_OPTIONS does not take it.
 */
const NO_PRETENURING = '--no-allocation-site-pretenuring';

/** Never returns: the process ends. */
export async function runService(start: StartService): Promise<never> {
  setFlagsFromString(NO_PRETENURING);
  const stopping = new AbortController();
  const told = Promise.withResolvers<'told'>();
  const tell = () => {
    told.resolve('told');
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => end(1, 'not everything stopped in time'), STOP_DEADLINE_MS).unref();
  };
  // Handlers stay: a second signal changes nothing.
  process.on('SIGTERM', tell);
  process.on('SIGINT', tell);
  const uncaught = Promise.withResolvers<never>();
  process.on('unhandledRejection', (reason) => uncaught.reject(reason));
  process.on('uncaughtException', (error) => uncaught.reject(error));

  let service: RunningService | null = null;
  try {
    service = await Promise.race([start(stopping.signal), uncaught.promise]);
    await Promise.race([told.promise, uncaught.promise, service.ended ?? told.promise]);
    tell();
    await Promise.race([service.stop(), uncaught.promise]);
    return end(0);
  } catch (error) {
    if (stopping.signal.aborted && !service && isAbort(error)) return end(0);
    if (!stopping.signal.aborted) await stopAfterFault(service, tell);
    return end(error instanceof ConfigurationError ? 78 : 1, describe(error));
  }
}

/** What is left is stopped as well as it can be: the fault that is reported is the first one. */
async function stopAfterFault(service: RunningService | null, tell: () => void): Promise<void> {
  tell();
  await service?.stop().catch(() => undefined);
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';

function describe(error: unknown): string {
  if (error instanceof ConfigurationError) return error.problems.map((line) => `configuration: ${line}`).join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function end(code: number, message?: string): never {
  if (message !== undefined) process.stderr.write(`${message}\n`);
  process.exit(code);
}
