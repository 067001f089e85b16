/** The step that creates the topic, and the service on it, as processes on a real broker. */
import { fileURLToPath } from 'node:url';
import { freshDatabase, startKafka, startProcess, startService } from '@ledgerline/testkit';
import { Kafka, logLevel } from 'kafkajs';
import t, { type Test } from 'tap';
import { statement } from './sample-events.ts';

const step = fileURLToPath(new URL('../src/create-topic.ts', import.meta.url));

async function createTopic(t: Test, env: Record<string, string>) {
  const child = await startProcess(t, { name: 'create-topic', args: [step], env });
  const { code } = await child.exited;
  return { code, text: child.output.text() };
}

t.test('without brokers the step ends with 78', async (t) => {
  const { code, text } = await createTopic(t, { KAFKA_PARTITIONS: '0' });
  t.equal(code, 78);
  t.match(text, /KAFKA_BROKERS: is not set/);
  t.match(text, /KAFKA_PARTITIONS: /);
});

t.test('on a broker', async (t) => {
  const kafka = await startKafka(t);
  if (!kafka) return;
  const KAFKA_BROKERS = kafka.brokers.join(',');
  const topic = `ingest-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BROKERS, KAFKA_TOPIC: topic, KAFKA_PARTITIONS: '3' };

  t.test('the step creates the topic, and finds it the second time', async (t) => {
    const first = await createTopic(t, env);
    t.equal(first.code, 0, first.text);
    const logId = /"logId":"([^"]+)"/.exec(first.text)?.[1];
    t.ok(logId);
    t.match(first.text, /"partitions":3/);
    const second = await createTopic(t, { ...env, KAFKA_PARTITIONS: '5' });
    t.equal(second.code, 0, second.text);
    t.match(second.text, `"logId":"${logId}"`);
  });

  t.test('a topic that forgets is refused with 78, and the service is not ready on it', async (t) => {
    const forgetful = { ...env, KAFKA_TOPIC: `${topic}-forgets` };
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const configEntries = [{ name: 'retention.ms', value: '60000' }];
    await admin.createTopics({ topics: [{ topic: forgetful.KAFKA_TOPIC, numPartitions: 3, configEntries }] });
    await admin.disconnect();
    const { code, text } = await createTopic(t, forgetful);
    t.equal(code, 78, text);
    t.match(text, /retention\.ms is 60000/);
    const { url } = await freshDatabase(t);
    const ingest = await startService(t, 'ingest', { ...forgetful, DATABASE_URL: url });
    const ready = await fetch(`${ingest.baseUrl}/health/ready`);
    t.equal(ready.status, 503);
    t.match(await ready.json(), { dependencies: { log: { status: 'down', reason: /retention\.ms/ } } });
  });

  t.test('the service appends to the topic, and creates one that is missing', async (t) => {
    for (const KAFKA_TOPIC of [topic, `${topic}-made-by-ingest`]) {
      const { url } = await freshDatabase(t);
      const ingest = await startService(t, 'ingest', { ...env, KAFKA_TOPIC, DATABASE_URL: url });
      await ingest.ready();
      const headers = { 'content-type': 'application/cloudevents+json' };
      const body = JSON.stringify(statement());
      const statuses: number[] = [];
      for (let sent = 0; sent < 2; sent++) {
        statuses.push((await fetch(`${ingest.baseUrl}/v1/events`, { method: 'POST', headers, body })).status);
      }
      t.same(statuses, [201, 200], KAFKA_TOPIC);
      t.equal((await ingest.stop()).code, 0);
    }
  });
});
