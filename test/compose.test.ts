/** docker-compose.yml in motion: each of its services by its own command and environment, on this machine. */
import { writeFile } from 'node:fs/promises';
import { createKey } from '@ledgerline/http';
import { freshDatabase } from '@ledgerline/testkit';
import kafkajs from 'kafkajs';
import t from 'tap';
import { KAFKA_VERSION, startComposeBroker } from './support/compose-broker.ts';
import { ownServices, readComposeFile, TOPIC_STEP } from './support/compose-file.ts';
import { runHealthcheck, startComposeProcess } from './support/compose-process.ts';
import { notRun } from './support/not-run.ts';
import { temporaryFolder } from './support/npm-start.ts';
import { createRestClient } from './support/rest-client.ts';
import { statement } from './support/sample-claims.ts';
import type { WriteResult } from './support/shapes.ts';

const compose = await readComposeFile();
const { kafka, [TOPIC_STEP]: topics } = compose.services;
if (kafka === undefined || topics === undefined) throw new Error('docker-compose.yml lacks kafka or topics');
const broker = await startComposeBroker(t, kafka.environment ?? {});
if (broker === null) notRun(t, 'the compose file’s broker. Install a JDK and Maven (mvn)');
else {
  const folder = await temporaryFolder(t);
  const { key, entry } = createKey('desk', ['write', 'read', 'admin']);
  await writeFile(`${folder}/keys.json`, JSON.stringify({ keys: [entry] }));
  const { url: databaseUrl } = await freshDatabase(t);
  const machine = { kafka: broker, databaseUrl, keysFile: `${folder}/keys.json` };

  await t.test('the topics step ends with 0, and the topic keeps everything for ever', async (t) => {
    t.equal(kafka.image, `apache/kafka:${KAFKA_VERSION}`, 'the broker under test is the one of the file');
    const step = await startComposeProcess(t, TOPIC_STEP, topics, machine);
    t.equal((await step.exited).code, 0, step.output.text());
    const admin = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).admin();
    t.teardown(() => admin.disconnect());
    await admin.connect();
    const topic = topics.environment?.['KAFKA_TOPIC'] ?? '';
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    });
    const settings = new Map(
      resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    t.same(
      ['retention.ms', 'retention.bytes', 'cleanup.policy', 'message.timestamp.type'].map((name) => settings.get(name)),
      ['-1', '-1', 'delete', 'LogAppendTime'],
    );
    const [described] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
    t.equal(String(described?.partitions.length), topics.environment?.['KAFKA_PARTITIONS']);
    t.same(
      (await admin.listTopics()).filter((name) => !name.startsWith('__')),
      [topic],
      'and no other topic',
    );
  });

  await t.test('its services work together', async (t) => {
    const started = await Promise.all(
      ownServices(compose).map(async ([name, service]) => {
        const process = await startComposeProcess(t, name, service, machine);
        return [name, { service, ...process }] as const;
      }),
    );
    const running = new Map(started);

    await t.test('every service becomes ready', async () => {
      await Promise.all(started.map(([, { baseUrl, waitForReady }]) => waitForReady(`${baseUrl}/health/ready`)));
    });

    await t.test(
      'every healthcheck passes by the service’s own command, and fails where nothing listens',
      async (t) => {
        for (const [name, { service, environment }] of started) {
          t.equal(await runHealthcheck(t, service, environment), 0, name);
        }
        const [, one] = started[0] ?? [];
        if (one === undefined) throw new Error('no services');
        t.not(await runHealthcheck(t, one.service, { ...one.environment, PORT: '1' }), 0);
      },
    );

    await t.test('a claim goes from POST to GET with the key, and nowhere without', async (t) => {
      const at = { read: running.get('query')?.baseUrl ?? '', write: running.get('ingest')?.baseUrl ?? '' };
      const [client, stranger] = [createRestClient(at, key), createRestClient(at)];
      const event = statement();
      t.same([(await stranger.send(event)).status, (await stranger.get('/v1/timeline')).status], [401, 401]);
      const answer = await client.send(event);
      t.equal(answer.status, 201, answer.text);
      await client.settle([(answer.json as WriteResult).position]);
      t.match(await client.read(`/v1/claims/${event.subject}`), { subject: event.subject, version: 1 });
      t.equal((await stranger.get(`/v1/claims/${event.subject}`)).status, 401);
      for (const [name, { baseUrl }] of started) {
        t.equal((await fetch(`${baseUrl}/metrics`)).status, 401, `${name} shows no metrics without a key`);
      }
    });

    await t.test('stopped as Compose stops them, all end with 0 within the grace period', async (t) => {
      await Promise.all(
        started.map(async ([name, { stop, output, service }]) => {
          const graceMs = 1_000 * Number.parseInt(service.stop_grace_period ?? '10s', 10);
          const { code, ms } = await stop(graceMs);
          t.equal(code, 0, `${name}: ${output.text().slice(-500)}`);
          t.ok(ms < graceMs, name);
        }),
      );
    });
  });
}
