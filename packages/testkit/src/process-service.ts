/** One of our services, started by its own main.ts on a port of its own choice. */
import { fileURLToPath } from 'node:url';
import type { Teardown } from './postgres-fresh-database.ts';
import { startProcess, type TestProcess } from './process-child.ts';

export type ServiceName =
  | 'ingest'
  | 'projector-journal'
  | 'projector-timeline'
  | 'projector-statistics'
  | 'query'
  | 'standalone';

export type TestService = TestProcess & {
  /** `http://127.0.0.1:PORT`, from the line in which it logs where it listens. */
  readonly baseUrl: string;
  /** Resolves when `/health/ready` is 200. */
  ready(timeoutMs?: number): Promise<void>;
};

const ROOT = new URL('../../../', import.meta.url);
const LISTENING = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/;

/**
 * Resolves when the service listens, which it does before it is ready.
 * @param env its whole environment; HOST and PORT are given, LOG_LEVEL is `info`
 */
export async function startService(
  t: Teardown,
  service: ServiceName,
  env: Readonly<Record<string, string>>,
): Promise<TestService> {
  const child = await startProcess(t, {
    name: service,
    args: [fileURLToPath(new URL(`services/${service}/src/main.ts`, ROOT))],
    cwd: fileURLToPath(ROOT),
    env: { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
  });
  const [baseUrl = ''] = LISTENING.exec(await child.output.waitFor(LISTENING, 60_000)) ?? [];
  return { ...child, baseUrl, ready: (timeoutMs) => child.waitForReady(`${baseUrl}/health/ready`, timeoutMs) };
}
