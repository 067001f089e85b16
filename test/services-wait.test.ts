/**
 * Services may start in any order: without database and broker they wait, say what for, and go on by themselves when
 * these come. Told to stop meanwhile, they end in order.
 */
import { startKafka, startPostgres, startService } from '@ledgerline/testkit';
import t from 'tap';
import { statement } from './support/sample-claims.ts';
import type { WriteResult } from './support/shapes.ts';
import { clientOf, freshTopic, serviceNames, startServices } from './support/systems.ts';
import { until } from './support/until.ts';

const STOP_MS = 10_000;
const HEAL_MS = 60_000;
/** Nothing listens there. */
const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', KAFKA_BROKERS: '127.0.0.1:1' };

type Dependencies = Readonly<Record<string, { readonly status: 'up' | 'down'; readonly reason?: string }>>;
type Readiness = { readonly status: number; readonly detail: string; readonly dependencies: Dependencies };

async function readinessOf({ baseUrl }: { readonly baseUrl: string }): Promise<Readiness> {
  const response = await fetch(`${baseUrl}/health/ready`);
  const { detail = '', dependencies } = (await response.json()) as Partial<Readiness>;
  return { status: response.status, detail, dependencies: dependencies ?? {} };
}

await t.test('SIGTERM ends every service that still waits, with 0 and in time', async (t) => {
  const waiting = await Promise.all(
    [...serviceNames, 'standalone' as const].map((name) => startService(t, name, nowhere)),
  );
  await Promise.all(
    waiting.map(async (service, index) => {
      const name = serviceNames[index] ?? 'standalone';
      t.equal((await readinessOf(service)).status, 503, `${name} waits`);
      const { code, ms } = await service.stop();
      t.equal(code, 0, `${name}: ${service.output.text().slice(-500)}`);
      t.ok(ms < STOP_MS, `${name} took ${Math.round(ms)} ms`);
    }),
  );
});

await t.test('started before database and broker, services wait and become ready without a restart', async (t) => {
  const [broker, database] = await Promise.all([startKafka(t, { isDown: true }), startPostgres(t)]);
  if (broker?.control == null) return t.pass('no broker', { skip: 'no Kafka broker can be had' });
  const { control } = broker;
  await database.stop();
  const services = await startServices(t, {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC: freshTopic(),
  });
  const named = Object.entries(services);

  await t.test('each lives, is not ready, and names both as the reason', async (t) => {
    for (const [name, service] of named) {
      t.equal((await fetch(`${service.baseUrl}/health/live`)).status, 200, `${name} lives`);
      const { status, detail, dependencies } = await readinessOf(service);
      t.equal(status, 503, name);
      t.match(dependencies, { database: { status: 'down' }, log: { status: 'down' } }, name);
      t.match(detail, /database: .+log: ./, `${name} says why`);
    }
    const client = clientOf(services);
    const write = await client.send(statement());
    t.equal(write.status, 503, 'no write is acknowledged');
    t.ok(write.headers.get('retry-after'));
    const read = await client.get('/v1/timeline');
    t.equal(read.status, 503, 'no read is answered with nothing');
    t.ok(read.headers.get('retry-after'));
  });

  await t.test('with the database there, the broker alone is missed', async (t) => {
    await database.start();
    for (const [name, service] of named) {
      const { status, dependencies } = await until(`${name} sees the database`, async () => {
        const readiness = await readinessOf(service);
        return readiness.dependencies['database']?.status === 'up' ? readiness : undefined;
      });
      t.equal(status, 503, name);
      t.equal(dependencies['log']?.status, 'down', name);
    }
  });

  await t.test('with the broker there too, all become ready and work', async (t) => {
    await control.start();
    await Promise.all(named.map(([, service]) => service.ready(HEAL_MS)));
    const client = clientOf(services);
    const event = statement();
    const answer = await client.send(event);
    t.equal(answer.status, 201, answer.text);
    await client.settle([(answer.json as WriteResult).position]);
    t.equal((await client.get(`/v1/claims/${event.subject}`)).status, 200);
    for (const [name, { pid }] of named) t.ok(process.kill(pid, 0), `${name} is the process that was started first`);
  });

  await t.test('and stop with 0', async (t) => {
    await Promise.all(named.map(async ([name, { stop }]) => t.equal((await stop()).code, 0, name)));
  });
});
