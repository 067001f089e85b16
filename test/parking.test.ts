/** What nobody can read, put into the topic by another producer: set aside, waited behind, tried again, given up. Over REST. */
import { freshDatabase, startKafka, startService } from '@ledgerline/testkit';
import kafkajs from 'kafkajs';
import t from 'tap';
import { notRun } from './support/not-run.ts';
import { statement } from './support/sample-claims.ts';
import { freshTopic } from './support/systems.ts';
import { until } from './support/until.ts';

type Item = {
  readonly id: number;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly subject: string | null;
  readonly attempts: number;
  readonly discarded: { readonly by: string | null; readonly reason: string } | null;
};
type Outcome = { readonly outcome: string; readonly record: Item | null };

const broker = await startKafka(t);
if (broker === null) notRun(t, 'poison in a topic (KAFKA_BROKERS, Docker, or a JDK and Maven)');
else {
  const { url } = await freshDatabase(t);
  const topic = freshTopic();
  const env = { DATABASE_URL: url, KAFKA_BROKERS: broker.brokers.join(','), KAFKA_TOPIC: topic };
  const ingest = await startService(t, 'ingest', env);
  await ingest.ready();
  const [projector, query] = await Promise.all([
    startService(t, 'projector-journal', env),
    startService(t, 'query', env),
  ]);
  await Promise.all([projector, query].map((service) => service.ready()));

  const { DefaultPartitioner: createPartitioner } = kafkajs.Partitioners;
  const client = new kafkajs.Kafka({ brokers: [...broker.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = client.producer({ createPartitioner });
  await producer.connect();
  t.teardown(() => producer.disconnect());

  const call = async (path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }> => {
    const response = await fetch(`${query.baseUrl}${path}`, {
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=20' },
        body: JSON.stringify(body),
      }),
    });
    return { status: response.status, body: await response.json() };
  };
  const ask = async (id: number | undefined, action: string, body: unknown) => {
    const answer = await call(`/v1/admin/parked/${id}/${action}`, body);
    return { status: answer.status, ...(answer.body as Outcome) };
  };
  const list = async (filter = ''): Promise<readonly Item[]> =>
    ((await call(`/v1/admin/parked?view=journal${filter}`)).body as { items: Item[] }).items;
  const parked = async (count: number) =>
    await until(`${count} are parked`, async () => {
      const items = await list();
      return items.length === count ? items : undefined;
    });
  const post = async (event: unknown) => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const answer = await fetch(`${ingest.baseUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
    const { position } = (await answer.json()) as { position: string };
    t.equal(answer.status, 201);
    return position;
  };
  const isRead = async ({ source, id }: { source: unknown; id: unknown }) =>
    (await fetch(`${query.baseUrl}/v1/events/${encodeURIComponent(String(source))}/${String(id)}`)).status;

  const later = statement();
  const unknownType = { ...statement(), subject: later.subject, type: 'statement.issued.v9' };

  await t.test(
    'garbage and unknown types are listed with their place; others pass, their own subject waits',
    async (t) => {
      const [place] = await producer.send({
        topic,
        messages: [{ partition: 1, value: Buffer.from([0xff, 0x00]) }],
      });
      await producer.send({ topic, messages: [{ key: unknownType.subject, value: JSON.stringify(unknownType) }] });
      const other = statement();
      const positions = [await post(other), await post(later)];
      for (const position of positions) {
        const { status } = await call(`/v1/events?limit=1&minPosition=${position}`);
        t.ok(status === 200 || status === 503);
      }
      const items = await parked(3);
      t.match(
        items.find(({ reason }) => reason === 'undecodable'),
        { partition: 1, offset: Number(place?.baseOffset), subject: null },
      );
      t.match(
        items.filter(({ subject }) => subject === later.subject).map(({ reason }) => reason),
        ['unknown-type', 'behind'],
      );
      t.equal(await isRead(other), 200);
      t.equal(await isRead(later), 404);
      t.ok((await fetch(`${projector.baseUrl}/health/ready`)).ok, 'parked events are no reason not to be ready');
    },
  );

  await t.test('tried again it fails again, and says so', async (t) => {
    const [head] = (await list()).filter(({ reason }) => reason === 'unknown-type');
    const { status, outcome, record } = await ask(head?.id, 'retry', {});
    t.match([status, outcome], [200, 'parked']);
    t.equal(record?.attempts, (head?.attempts ?? 0) + 1);
    t.equal((await list()).length, 3);
  });

  await t.test('a restarted projector tries again by itself', async (t) => {
    const before = (await list()).find(({ reason }) => reason === 'unknown-type')?.attempts ?? 0;
    t.equal((await projector.stop()).code, 0);
    const again = await startService(t, 'projector-journal', env);
    await again.ready();
    await until('it was tried again', async () => {
      const head = (await list()).find(({ reason }) => reason === 'unknown-type');
      return (head?.attempts ?? 0) > before ? head : undefined;
    });

    await t.test('given up, it is kept for audit, and what waited behind it is applied', async (t) => {
      for (const one of (await list()).filter(({ reason }) => reason !== 'behind')) {
        const { status, outcome } = await ask(one.id, 'discard', { reason: 'sent by mistake' });
        t.match([status, outcome], [200, 'discarded']);
      }
      t.same(await list(), []);
      t.equal(await isRead(later), 200);
      t.match(
        (await list('&state=discarded')).map(({ discarded }) => discarded),
        [
          { by: null, reason: 'sent by mistake' },
          { by: null, reason: 'sent by mistake' },
        ],
      );
    });
  });
}
