/**
 * Several ingest processes and one subject: of fifty who expect one version one wins, and a process that is killed between
 * the log's taking an event and its hearing of it leaves neither a second effect nor a wrong 409.
 */
import {
  type FreshDatabase,
  freshDatabase,
  startKafka,
  startKafkaProxy,
  startService,
  startTcpProxy,
  type TestService,
} from '@ledgerline/testkit';
import tap, { type Test } from 'tap';
import { correction, statement } from './sample-events.ts';

const RACERS = 50;
const DELAY_MS = 150;

type Event = Record<string, unknown>;
type Answer = { readonly status: number; readonly body: Record<string, unknown> };
type Env = Readonly<Record<string, string>>;

async function send({ baseUrl }: TestService, event: Event): Promise<Answer> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const response = await fetch(`${baseUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function startIngests(t: Test, envs: readonly Env[]): Promise<TestService[]> {
  const ingests = await Promise.all(envs.map((env) => startService(t, 'ingest', env)));
  await Promise.all(ingests.map((ingest) => ingest.ready()));
  return ingests;
}

async function race(t: Test, envs: readonly Env[]): Promise<void> {
  const ingests = await startIngests(t, envs);
  const subject = 'raced';
  const first = await send(ingests[0] as TestService, statement({ subject, expectedversion: 0 }));
  t.equal(first.status, 201);
  const racers = Array.from({ length: RACERS }, () => correction(subject, { expectedversion: 1 }));
  const sendAll = async (shift: number) =>
    await Promise.all(racers.map((event, n) => send(ingests[(n + shift) % ingests.length] as TestService, event)));
  const answers = await sendAll(0);
  const winners = answers.filter(({ status }) => status === 201);
  t.equal(winners.length, 1);
  const losers = answers.filter(({ status }) => status === 409);
  t.equal(losers.length, RACERS - 1);
  const told = losers.map(({ body }) => [body['code'], body['expected'], body['actual']].join(' '));
  t.same(new Set(told), new Set(['version-conflict 1 2']));
  const again = await sendAll(1);
  t.same(
    again.map(({ status }) => status),
    answers.map(({ status }) => (status === 201 ? 200 : 409)),
    'asked again, through other processes, each is told the same',
  );
}

/** What is true whoever is asked once `event`, the subject's second, has been taken and nobody was told. */
async function checkAfterwards(t: Test, other: TestService, subject: string, event: Event): Promise<void> {
  const again = await send(other, event);
  t.equal(again.status, 200, 'the same event is a duplicate, not a conflict with itself');
  const late = await send(other, correction(subject, { expectedversion: 1 }));
  t.match(late, { status: 409, body: { code: 'version-conflict', expected: 1, actual: 2 } });
  t.equal((await send(other, correction(subject, { expectedversion: 2 }))).status, 201, 'it took effect once');
  t.same((await send(other, event)).body, again.body, 'and stays where it is');
}

/** To this database by way of a proxy. */
async function proxied(t: Test, { connection }: FreshDatabase) {
  const { host = '', port = 5432, user = '', database = '' } = connection;
  const link = await startTcpProxy(t, { path: `${host}/.s.PGSQL.${port}` });
  return { link, url: `postgresql://${user}@127.0.0.1:${link.port}/${database}` };
}

tap.test('on the embedded log', { timeout: 90_000 }, async (t) => {
  await t.test('of fifty racing writers over three processes one wins', async (t) => {
    const { url } = await freshDatabase(t);
    await race(
      t,
      Array.from({ length: 3 }, () => ({ DATABASE_URL: url })),
    );
  });

  await t.test('a process killed after its commit, before it heard of it', async (t) => {
    const database = await freshDatabase(t);
    const { link, url } = await proxied(t, database);
    const [dying, other] = (await startIngests(t, [{ DATABASE_URL: url }, { DATABASE_URL: database.url }])) as [
      TestService,
      TestService,
    ];
    const subject = 'cut-short';
    t.equal((await send(dying, statement({ subject, expectedversion: 0 }))).status, 201);
    const event = correction(subject, { expectedversion: 1 });
    link.delay(DELAY_MS);
    const lost = send(dying, event).then(
      ({ status }) => status,
      () => 'no answer',
    );
    const stored = async () =>
      (await database.pool.query('select from log.events where content like $1', [`%${String(event['id'])}"%`]))
        .rowCount;
    // The answer to the commit is on its way, and takes its time.
    while ((await stored()) !== 1) await Promise.race([lost, stored()]);
    await dying.kill();
    t.equal(await lost, 'no answer');
    await checkAfterwards(t, other, subject, event);
    t.equal(await stored(), 1);
  });
});

tap.test('on Kafka', { timeout: 120_000 }, async (t) => {
  const broker = await startKafka(t, { own: true });
  const proxiedPorts = broker?.control?.proxied;
  if (!broker || !proxiedPorts) return t.pass('no broker', { skip: 'no Kafka broker of our own can be had' });
  const KAFKA_BROKERS = broker.brokers.join(',');

  await t.test('of fifty racing writers over three processes one wins', async (t) => {
    const { url } = await freshDatabase(t);
    await race(
      t,
      Array.from({ length: 3 }, () => ({ DATABASE_URL: url, KAFKA_BROKERS, KAFKA_TOPIC: 'raced' })),
    );
  });

  await t.test('a process killed after the broker took its records, before it heard of it', async (t) => {
    const { url } = await freshDatabase(t);
    const proxy = await startKafkaProxy(t, proxiedPorts);
    const KAFKA_TOPIC = 'cut-short';
    const [dying, other] = (await startIngests(t, [
      { DATABASE_URL: url, KAFKA_BROKERS: proxy.broker, KAFKA_TOPIC },
      { DATABASE_URL: url, KAFKA_BROKERS, KAFKA_TOPIC },
    ])) as [TestService, TestService];
    const subject = 'cut-short';
    t.equal((await send(dying, statement({ subject, expectedversion: 0 }))).status, 201);
    const event = correction(subject, { expectedversion: 1 });
    const swallowed = proxy.swallowProduceAnswer();
    const lost = send(dying, event).then(
      ({ status }) => status,
      () => 'no answer',
    );
    await swallowed;
    await dying.kill();
    t.equal(await lost, 'no answer');
    await checkAfterwards(t, other, subject, event);
  });
});
