/**
 * Logs that are not what they were, made so on a real Kafka: the projector stops, says why, and leaves its rows alone. And,
 * on the same broker, builds.
 */

import { hash } from 'node:crypto';
import { createSubjectRule } from '@ledgerline/events';
import { createKafkaLog, ensureTopic, type KafkaSettings } from '@ledgerline/log';
import { freshDatabase, quietLogger, startKafka } from '@ledgerline/testkit';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import tap, { type Test } from 'tap';
import { createProjection, type Projection } from '../src/index.ts';
import { newVersion, partialRebuild } from './build/kafka-builds.ts';
import { crossing } from './claim-events.ts';
import { appendAll } from './embedded.ts';
import { createPlainView } from './plain-view.ts';
import { until } from './until.ts';

const PARTITIONS = 2;
const rule = createSubjectRule((text) => hash('sha256', text, 'base64url'));
let topics = 0;

type Running = {
  readonly settings: KafkaSettings;
  readonly pool: Pool;
  readonly projection: Projection;
  /** Appends to what stands under the topic's name now, through an index of its own. */
  append(count: number): Promise<void>;
  rows(): Promise<unknown[]>;
  restart(settings?: KafkaSettings): Promise<Projection>;
};

const broker = await startKafka(tap);
/** Mostly they wait for the next look at the topic. */
tap.jobs = 4;
const sideBySide = () => ({ buffered: true });
if (broker) {
  const admin: Admin = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  tap.teardown(() => admin.disconnect());

  const create = async (topic = `identity-${process.pid}-${Date.now()}-${++topics}`): Promise<KafkaSettings> => {
    const settings = { brokers: broker.brokers, topic, clientId: 'test' };
    await ensureTopic(settings, { partitions: PARTITIONS, replication: 1 }, quietLogger);
    return settings;
  };

  const startOn = (t: Test, pool: Pool, settings: KafkaSettings): Projection => {
    const log = createKafkaLog({ kafka: settings, pool, logger: quietLogger });
    const logger = pino({ level: 'silent' });
    const projection = createProjection({ view: createPlainView(), log, pool, logger, registry: new Registry() });
    t.teardown(async () => {
      await projection.stop();
      await log.close();
    });
    projection.start();
    return projection;
  };

  /** Runs, with ten events applied: in partition 0 or in both. */
  const run = async (t: Test): Promise<Running> => {
    const [settings, { pool }] = await Promise.all([create(), freshDatabase(t)]);
    let subjects = 0;
    const append = async (count: number) => {
      const index = await freshDatabase(t);
      const log = createKafkaLog({
        kafka: settings,
        pool: index.pool,
        logger: quietLogger,
        writer: { rule },
      });
      await appendAll(
        log,
        Array.from({ length: count }, () => crossing({ subject: `s${++subjects}` })),
      );
      await log.close();
    };
    const rows = async () => (await pool.query('select * from journal_g1.applied order by partition, "offset"')).rows;
    let projection = startOn(t, pool, settings);
    await append(10);
    await until(async () => projection.state().ready && (await rows().catch(() => [])).length === 10);
    return {
      settings,
      pool,
      append,
      rows,
      projection,
      async restart(other = settings) {
        await projection.stop();
        projection = startOn(t, pool, other);
        return projection;
      },
    };
  };

  const refuses = async (t: Test, { rows }: Running, projection: Projection, reason: RegExp, before: unknown[]) => {
    await until(() => projection.state().phase === 'waiting' && reason.test(projection.state().reason ?? ''), 30_000);
    t.match(projection.state(), { ready: false, assigned: [] });
    t.same(await rows(), before, 'the rows are as they were');
  };

  const truncate = async ({ topic }: KafkaSettings, partition: number) => {
    const [end] = (await admin.fetchTopicOffsets(topic)).filter((one) => one.partition === partition);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: end?.high ?? '0' }] });
  };

  for (const partition of [0, 1]) {
    tap.test(
      `records deleted from partition ${partition}, applied ones too, stop the projector while it runs and when it starts`,
      sideBySide(),
      async (t) => {
        const running = await run(t);
        const before = await running.rows();
        await truncate(running.settings, partition);
        await refuses(t, running, running.projection, /first records are gone/, before);
        await refuses(t, running, await running.restart(), /first records are gone/, before);
      },
    );
  }

  tap.test(
    'a topic deleted and made anew stops the projector before one of its records is applied',
    sideBySide(),
    async (t) => {
      const running = await run(t);
      const before = await running.rows();
      await admin.deleteTopics({ topics: [running.settings.topic] });
      await create(running.settings.topic);
      // More than before, in both partitions: every checkpoint is within the new log.
      await running.append(60);
      await refuses(t, running, running.projection, /made anew|is now/, before);
      await refuses(t, running, await running.restart(), /rows are of log .+, and this is log/, before);
    },
  );

  tap.test('an empty topic made anew is noticed, though every checkpoint fits it', sideBySide(), async (t) => {
    const [settings, { pool }] = await Promise.all([create(), freshDatabase(t)]);
    const projection = startOn(t, pool, settings);
    await until(() => projection.state().ready);
    await admin.deleteTopics({ topics: [settings.topic] });
    await create(settings.topic);
    await until(() => /made anew|is now/.test(projection.state().reason ?? ''), 30_000);
    t.same((await pool.query('select next_offset from projection.checkpoints where next_offset > 1')).rows, []);
  });

  tap.test(
    'a topic that begins to forget stops the projector, and lets it go on when it is mended',
    sideBySide(),
    async (t) => {
      const running = await run(t);
      const before = await running.rows();
      const set = async (retention: string) =>
        await admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: 2,
              name: running.settings.topic,
              configEntries: Object.entries({
                'cleanup.policy': 'delete',
                'retention.ms': retention,
                'retention.bytes': '-1',
                'message.timestamp.type': 'LogAppendTime',
                'compression.type': 'uncompressed',
              }).map(([name, value]) => ({ name, value })),
            },
          ],
        });
      await set('604800000');
      await refuses(t, running, running.projection, /retention\.ms is 604800000 and must be -1/, before);
      await set('-1');
      await until(() => running.projection.state().ready, 30_000);
      await running.append(5);
      await until(async () => (await running.rows()).length === 15);
    },
  );

  tap.test('another log, and a topic of another program, are refused at the start', sideBySide(), async (t) => {
    const running = await run(t);
    const before = await running.rows();
    const other = await create();
    await refuses(t, running, await running.restart(other), /rows are of log .+, and this is log/, before);
    const bare = { ...other, topic: `${other.topic}-bare` };
    const producer = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).producer();
    await admin.createTopics({ topics: [{ topic: bare.topic, numPartitions: PARTITIONS }], waitForLeaders: true });
    await producer.connect();
    await producer.send({ topic: bare.topic, messages: [{ partition: 0, value: '{"type":"theirs"}' }] });
    await producer.disconnect();
    await refuses(t, running, await running.restart(bare), /does not begin with the genesis/, before);
    const back = await running.restart();
    await until(() => back.state().ready, 30_000);
    t.same(await running.rows(), before);
  });

  tap.test('a log older than the views is refused', sideBySide(), async (t) => {
    const running = await run(t);
    const before = await running.rows();
    // As after restoring a copy of the log: the views have seen what it does not hold.
    await running.pool.query('update projection.checkpoints set next_offset = next_offset + 1000');
    await refuses(t, running, running.projection, /applied up to offset \d+, but the log ends at/, before);
    await refuses(t, running, await running.restart(), /applied up to offset \d+, but the log ends at/, before);
  });

  const openLog = async (t: Test, pool: Pool) => {
    const log = createKafkaLog({ kafka: await create(), pool, logger: quietLogger, writer: { rule } });
    t.teardown(() => log.close());
    return log;
  };
  tap.test('a new version of a view is built beside the old one, and both are fed', sideBySide(), (t) =>
    newVersion(t, openLog),
  );
  tap.test('the claims that a filter names are made anew in place, under writes', sideBySide(), (t) =>
    partialRebuild(t, openLog),
  );
} else tap.pass('skipped: no broker', { skip: 'no Kafka broker can be had' });
