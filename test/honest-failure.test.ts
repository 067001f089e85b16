/**
 * Every service under every fault of every dependency, over real sockets: refused, black-holed, slow. What can't be done is
 * 503 with Retry-After before a deadline, never acknowledged, never a hang; readiness says what is missing since when; and
 * all heals by itself. Two systems side by side, one for each dependency: nearly all the time is waiting.
 */
import {
  freshDatabase,
  type KafkaBroker,
  startKafka,
  startService,
  startTcpProxy,
  type TcpProxy,
  type Teardown,
  type TestService,
} from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { notRun } from './support/not-run.ts';
import { statement } from './support/sample-claims.ts';
import type { WriteResult } from './support/shapes.ts';
import { freshTopic } from './support/systems.ts';
import { until } from './support/until.ts';

/** The longest anybody waits for an answer: a write for the log's 10 s, a read for PostgreSQL's 15 s; and some room. */
const ANSWER_MS = 18_000;
const READY_ANSWER_MS = 5_000;
const HEAL_MS = 60_000;
/** Each way: no answer comes in time. */
const SLOW_MS = 9_000;

type Answer = {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly ms: number;
  readonly json: unknown;
};
type Dependencies = Readonly<
  Record<string, { readonly status: 'up' | 'down'; readonly reason?: string; readonly since: string }>
>;

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const started = performance.now();
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS + 10_000) });
  const json: unknown = await response.json();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - started,
    json,
  };
}

const post = async ({ baseUrl }: TestService, event = statement()): Promise<Answer & { readonly id: string }> => {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const answer = await ask(`${baseUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  return { ...answer, id: event.id };
};

async function readinessOf({ baseUrl }: TestService): Promise<Answer & { readonly dependencies: Dependencies }> {
  const answer = await ask(`${baseUrl}/health/ready`);
  return { ...answer, dependencies: (answer.json as { dependencies: Dependencies }).dependencies };
}

const faults: readonly (readonly [name: string, inflict: (proxy: TcpProxy) => void])[] = [
  ['refused', (proxy) => proxy.refuse()],
  ['black-holed', (proxy) => proxy.blackHole()],
  ['slow', (proxy) => proxy.delay(SLOW_MS)],
];

/** A database of its own, and a link to it that a fault can spoil. */
async function linkedDatabase(t: Teardown) {
  const { connection, pool, url } = await freshDatabase(t);
  const { host = '127.0.0.1', port = 5432 } = connection;
  const proxy = await startTcpProxy(t, host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  const linked = new URL('postgresql://127.0.0.1');
  linked.username = connection.user ?? '';
  linked.password = typeof connection.password === 'string' ? connection.password : '';
  linked.port = String(proxy.port);
  linked.pathname = connection.database ?? '';
  return { pool, proxy, url, linked: linked.href };
}

type Links = { readonly broker: KafkaBroker; readonly advertised: number; readonly kafka: TcpProxy };

/** Three services of which one dependency is behind a link. */
async function startSystem(t: Test, dependency: 'database' | 'log', { broker, advertised, kafka }: Links) {
  const { pool, proxy: database, url, linked } = await linkedDatabase(t);
  const env = {
    KAFKA_BROKERS: dependency === 'log' ? `127.0.0.1:${advertised}` : broker.brokers.join(','),
    KAFKA_TOPIC: freshTopic(),
    DATABASE_URL: dependency === 'log' ? url : linked,
  };
  const [ingest, projector, query] = await Promise.all([
    startService(t, 'ingest', env),
    startService(t, 'projector-journal', env),
    startService(t, 'query', env),
  ]);
  const acknowledged: string[] = [];
  const unknown: string[] = [];
  const services = { ingest, projector, query };
  const write = async (): Promise<Answer> => {
    const answer = await post(ingest);
    (answer.status === 201 ? acknowledged : unknown).push(answer.id);
    return answer;
  };
  /** Ready everywhere, and a write that can be read. */
  const work = async () => {
    await Promise.all(Object.values(services).map((service) => service.ready(HEAL_MS)));
    const written = await until('a write is taken', async () => {
      const answer = await write();
      return answer.status === 201 ? (answer.json as WriteResult) : undefined;
    });
    const read = await ask(`${query.baseUrl}/v1/events?limit=1&minPosition=${written.position}`, {
      headers: { prefer: 'wait=20' },
    });
    if (read.status !== 200) throw new Error(`not readable: ${JSON.stringify(read.json)}`);
  };
  await work();
  return { services, pool, acknowledged, unknown, write, work, proxy: dependency === 'log' ? kafka : database };
}

/** Not ready, with the reason and since when, which does not move; the process itself lives. */
async function tellsOf(t: Test, dependency: string, name: string, service: TestService, before: number) {
  const down = await until(`${name} sees it`, async () => {
    const answer = await readinessOf(service);
    t.ok(answer.ms < READY_ANSWER_MS, `${name} says how it is in ${Math.round(answer.ms)} ms`);
    return answer.dependencies[dependency]?.status === 'down' ? answer : undefined;
  });
  t.match(down, { status: 503, retryAfter: /^\d+$/ }, `${name} is not ready`);
  const { reason = '', since = '' } = down.dependencies[dependency] ?? {};
  t.ok(reason, `${name} says why: ${reason}`);
  t.ok(Date.parse(since) >= before && Date.parse(since) <= Date.now(), `${name} says since when`);
  t.equal((await readinessOf(service)).dependencies[dependency]?.since, since, 'which does not move');
  t.equal((await fetch(`${service.baseUrl}/health/live`)).status, 200, `${name} lives`);
}

async function failHonestly(t: Test, dependency: 'database' | 'log', links: Links): Promise<void> {
  const { services, pool, acknowledged, unknown, write, work, proxy } = await startSystem(t, dependency, links);
  for (const [fault, inflict] of faults) {
    await t.test(`${fault}: said so, nothing acknowledged, healed`, async (t) => {
      const before = Date.now();
      inflict(proxy);
      const [writes, read] = await Promise.all([
        Promise.all([write(), write(), write()]),
        ask(`${services.query.baseUrl}/v1/events?limit=1`),
        ...Object.entries(services).map(([name, service]) => tellsOf(t, dependency, name, service, before)),
      ]);
      for (const answer of writes) {
        t.match(answer, { status: 503, retryAfter: /^\d+$/ }, 'a write is refused');
        t.ok(answer.ms < ANSWER_MS, `in ${Math.round(answer.ms)} ms`);
      }
      t.equal(read.status, dependency === 'database' ? 503 : 200, 'what needs it is refused, what does not goes on');
      if (read.status === 503) t.match(read.retryAfter, /^\d+$/);
      t.ok(read.ms < ANSWER_MS, `in ${Math.round(read.ms)} ms`);
      proxy.pass();
      const healing = performance.now();
      await work();
      const healed = performance.now() - healing;
      t.ok(healed < HEAL_MS, `all is well ${Math.round(healed)} ms after its return`);
    });
  }
  const ids = new Map<string, number>();
  const { rows } = await pool.query<{ id: string }>('select id from journal_g1.events');
  for (const { id } of rows) ids.set(id, (ids.get(id) ?? 0) + 1);
  const lost = acknowledged.filter((id) => ids.get(id) !== 1);
  const doubled = unknown.filter((id) => (ids.get(id) ?? 0) > 1);
  t.same({ lost, doubled }, { lost: [], doubled: [] }, 'acknowledged: in the view once; not so: at most once');
  for (const [name, { pid }] of Object.entries(services)) t.ok(process.kill(pid, 0), `${name} was not replaced`);
}

const broker = await startKafka(t, { own: true });
if (broker?.control == null) notRun(t, 'faults of dependencies (a JDK and Maven)');
else {
  const { listening, advertised } = broker.control.proxied;
  const kafka = await startTcpProxy(t, { host: '127.0.0.1', port: listening }, advertised);
  t.jobs = 2;
  await Promise.all(
    (['database', 'log'] as const).map((dependency) =>
      t.test(dependency, { buffered: true, timeout: 170_000 }, async (t) =>
        failHonestly(t, dependency, { broker, advertised, kafka }),
      ),
    ),
  );
}
