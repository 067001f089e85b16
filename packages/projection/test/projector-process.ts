/** What every projector's process does, tried on the real one: the same tests for each. */
import { freshDatabase, type ServiceName, startService } from '@ledgerline/testkit';
import { test } from 'tap';
import type { ViewName } from '../src/index.ts';
import { crossing } from './claim-events.ts';
import { appendAll, embeddedLog } from './embedded.ts';
import { until } from './until.ts';

type Readiness = {
  readonly dependencies: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
};

export function testProjectorProcess(view: ViewName): void {
  const service: ServiceName = `projector-${view}`;

  test(`${service} waits for the log, not ready, then applies it, and ends with 0 on SIGTERM`, async (t) => {
    const { pool, url } = await freshDatabase(t);
    const child = await startService(t, service, { DATABASE_URL: url });
    const early = await fetch(`${child.baseUrl}/health/ready`);
    t.equal(early.status, 503);
    const { dependencies } = (await early.json()) as Readiness;
    t.equal(dependencies['database']?.status, 'up');
    t.match(dependencies[`projection-${view}`], { status: 'down', reason: /\w/ });
    t.equal((await fetch(`${child.baseUrl}/health/live`)).status, 200);

    await appendAll(embeddedLog(t, pool), [crossing({ subject: 's1' }), crossing({ subject: 's2' })]);
    await child.ready();
    const metric = new RegExp(`ledgerline_projection_events_total\\{.*view="${view}".*\\} 2`);
    await until(async () => metric.test(await (await fetch(`${child.baseUrl}/metrics`)).text()));
    t.match(await child.stop(), { code: 0 });
  });

  test(`${service} ends with 78 and names every bad variable`, async (t) => {
    const bad = { PORT: 'http', KAFKA_BROKERS: 'nowhere', DATABASE_URL: 'mysql://x' };
    const printed = await startService(t, service, bad).then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    for (const name of Object.keys(bad)) t.match(printed, new RegExp(name));
    t.match(printed, /status 78/);
  });
}
