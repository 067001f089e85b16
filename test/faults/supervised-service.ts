/** One process of the system, started again whenever it ends, as a container engine does with `restart: unless-stopped`. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ServiceName, startProcess, type Teardown, type TestProcess } from '@ledgerline/testkit';

export type SupervisedService = {
  readonly name: string;
  readonly baseUrl: string;
  /** Of its present process. */
  pid(): number;
  /** `/health/ready` answers 200 in time. */
  isReady(): Promise<boolean>;
  /** SIGKILL; it comes again by itself. */
  kill(): void;
  /** SIGTERM; it comes again by itself. */
  restart(): void;
  /** SIGSTOP; returns what wakes this very process. */
  freeze(): () => void;
  /** For good: by SIGTERM, or by SIGKILL. */
  remove(by: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends that nobody here asked for. */
  unasked(): readonly string[];
  /** The last lines of what all its processes printed. */
  output(): string;
};

export type ServiceSpec = {
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
};

const ROOT = new URL('../../', import.meta.url);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;
/** An attempt that lasted so long was no failed start. */
const STABLE_MS = 10_000;
const HEALTH_TIMEOUT_MS = 1_500;
const LINES_KEPT = 60;

/** Resolves when its first process has been started, which says nothing of its readiness. */
export async function superviseService(t: Teardown, spec: ServiceSpec): Promise<SupervisedService> {
  const { name, service, port, env } = spec;
  const baseUrl = `http://127.0.0.1:${port}`;
  const unasked: string[] = [];
  const printed: string[] = [];
  let wanted = true;
  let asked = false;
  let child: TestProcess;

  const start = async () => {
    asked = false;
    child = await startProcess(t, {
      name,
      args: [
        '--disable-warning=TimeoutNegativeWarning',
        fileURLToPath(new URL(`services/${service}/src/main.ts`, ROOT)),
      ],
      cwd: fileURLToPath(ROOT),
      env: { HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'warn', ...env },
    });
  };

  const supervise = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (wanted) {
      const startedAt = performance.now();
      const { code, signal } = await child.exited;
      printed.push(...child.output.lines().slice(-LINES_KEPT));
      if (!asked && wanted) unasked.push(`${name} ended with ${signal ?? code}: ${child.output.lines().at(-1) ?? ''}`);
      if (!wanted) return;
      pauseMs = performance.now() - startedAt > STABLE_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await delay(pauseMs);
      if (wanted) await start();
    }
  };

  await start();
  const supervised = supervise();
  t.teardown(async () => {
    wanted = false;
    asked = true;
    child.signal('SIGCONT');
    await child.stop();
    await supervised;
  });

  return {
    name,
    baseUrl,
    pid: () => child.pid,
    async isReady() {
      try {
        const response = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
        await response.arrayBuffer();
        return response.status === 200;
      } catch {
        return false;
      }
    },
    kill() {
      asked = true;
      child.signal('SIGKILL');
    },
    restart() {
      asked = true;
      child.signal('SIGTERM');
    },
    freeze() {
      const frozen = child;
      frozen.signal('SIGSTOP');
      return () => frozen.signal('SIGCONT');
    },
    async remove(by) {
      wanted = false;
      asked = true;
      child.signal(by);
      await supervised;
    },
    unasked: () => unasked,
    output: () => [...printed, ...child.output.lines()].slice(-LINES_KEPT).join('\n'),
  };
}
