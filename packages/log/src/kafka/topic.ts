/**
 * The topic that is a log: made with settings under which nothing is ever lost, re-timed or unreadable, refused with any
 * other. Its first record, the genesis, makes it this log and no other.
 */
import { type Admin, type ConfigResourceTypes, type Kafka, Partitioners } from 'kafkajs';
import { pause } from '../backoff.ts';
import { createGenesis, GENESIS_PARTITION, type Genesis, genesisContent, parseGenesis } from '../genesis.ts';
import type { LogLogger } from '../logger.ts';
import type { LogDescription } from '../port.ts';
import { createKafkaConnection, type KafkaConnection } from './connection.ts';
import { toLogFault, topicMissing, unsuitable } from './faults.ts';
import { toMessage } from './message.ts';
import { createKafkaClient, type KafkaSettings, REQUEST_TIMEOUT_MS } from './settings.ts';

export type TopicOptions = {
  /** When creating: later the topic's own number counts. */
  readonly partitions: number;
  readonly replication: number;
};

/** kafkajs reads gzip at most: the broker itself takes other producers' compression off. */
const REQUIRED: readonly (readonly [name: string, value: string])[] = [
  ['cleanup.policy', 'delete'],
  ['retention.ms', '-1'],
  ['retention.bytes', '-1'],
  ['message.timestamp.type', 'LogAppendTime'],
  ['compression.type', 'uncompressed'],
];
/** `ConfigResourceTypes.TOPIC`: an export that Node can't name in a CommonJS module. */
const TOPIC_RESOURCE: ConfigResourceTypes.TOPIC = 2;
/** A batch of ours is smaller, with room for what Kafka adds. */
const MIN_MESSAGE_BYTES = 1_000_000;

/**
 * Creates the topic and its genesis where they are missing, and checks them. Safe to call from many processes at once.
 * Rejects with `LogFault`: retryable while the brokers are away, `log-unsuitable` for a topic that can be no log.
 */
export async function ensureTopic(
  settings: KafkaSettings,
  options: TopicOptions,
  logger: LogLogger,
): Promise<LogDescription> {
  const kafka = createKafkaClient(settings, logger);
  const connection = createKafkaConnection(kafka, settings.topic);
  try {
    await withAdmin(kafka, 'create the topic', async (admin) => await createTopic(admin, settings.topic, options));
    if ((await endsOnceLed(connection))[GENESIS_PARTITION] === 0) {
      await writeGenesis(kafka, settings.topic, createGenesis(await connection.partitions()));
    }
    return await inspectTopic(kafka, connection, settings.topic);
  } finally {
    await connection.close();
  }
}

/** Settings, genesis and number of partitions. Rejects with a retryable `LogFault` until the topic is there. */
export async function inspectTopic(kafka: Kafka, connection: KafkaConnection, topic: string): Promise<LogDescription> {
  const { ends, genesis } = await readGenesis(connection);
  await withAdmin(kafka, 'describe the topic', async (admin) => await checkSettings(admin, topic));
  if (genesis.partitions !== ends.length) {
    throw unsuitable(
      `topic ${topic} has ${ends.length} partitions and was created with ${genesis.partitions}: subjects would change theirs`,
    );
  }
  return genesis;
}

/** One request or two: cheap enough to ask again whether the log is still the same. */
export async function readGenesis(connection: KafkaConnection): Promise<{ ends: readonly number[]; genesis: Genesis }> {
  const ends = await connection.ends();
  if (ends[GENESIS_PARTITION] === 0) throw topicMissing();
  const starts = await connection.starts();
  const cut = starts.findIndex((start) => start !== 0);
  if (cut !== -1)
    throw unsuitable(`the topic's first records are gone: partition ${cut} begins at offset ${starts[cut]}`);
  const first = await connection.fetch({ partition: GENESIS_PARTITION, offset: 0, maxWaitMs: 100, maxBytes: 1 });
  const genesis = first.genesis === null ? undefined : parseGenesis(first.genesis);
  if (!genesis)
    throw unsuitable('the topic does not begin with the genesis of a Ledgerline log: it is of another program');
  return { ends, genesis };
}

async function createTopic(admin: Admin, topic: string, { partitions, replication }: TopicOptions): Promise<void> {
  // Already there: false. In KRaft a topic just made may not be known to every broker yet; `endsOnceLed` waits for it.
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: REQUIRED.map(([name, value]) => ({ name, value })),
      },
    ],
  });
}

async function endsOnceLed(connection: KafkaConnection): Promise<readonly number[]> {
  const deadline = Date.now() + REQUEST_TIMEOUT_MS;
  for (;;) {
    try {
      return await connection.ends();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}

async function writeGenesis(kafka: Kafka, topic: string, genesis: Genesis): Promise<void> {
  const producer = kafka.producer({
    idempotent: false,
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await producer.connect();
    // Of two that are written at once, one gets offset 0 and the other is void.
    const record = { subject: genesis.logId, content: genesisContent(genesis) };
    await producer.send({
      topic,
      acks: -1,
      timeout: REQUEST_TIMEOUT_MS,
      messages: [toMessage(record, GENESIS_PARTITION, 0)],
    });
  } catch (error) {
    throw toLogFault(error, 'write the genesis of the log');
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}

async function checkSettings(admin: Admin, topic: string): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: TOPIC_RESOURCE, name: topic }],
  });
  const found = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
  const wrong = REQUIRED.filter(([name, value]) => found.get(name) !== value).map(
    ([name, value]) => `${name} is ${found.get(name) ?? 'unknown'} and must be ${value}`,
  );
  if (Number(found.get('max.message.bytes') ?? 0) < MIN_MESSAGE_BYTES) {
    wrong.push(`max.message.bytes is ${found.get('max.message.bytes')} and must be at least ${MIN_MESSAGE_BYTES}`);
  }
  if (wrong.length > 0) throw unsuitable(`topic ${topic} can be no log: ${wrong.join('; ')}`);
}

async function withAdmin<T>(kafka: Kafka, doing: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw toLogFault(error, doing);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
