/** One broker process in KRaft mode, to be killed, frozen and started again on the same data. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaConfig } from './kafka-config.ts';
import { answersKafka } from './kafka-handshake.ts';
import { formatStorage, toPropertiesText } from './kafka-storage.ts';
import type { Teardown } from './postgres-fresh-database.ts';
import { startProcess, type TestProcess } from './process-child.ts';

const START_TIMEOUT_MS = 60_000;
const PAUSE_MS = 50;

export type KafkaNode = {
  /** Resolves when it answers. At the same address, with the same data. */
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
};

export type KafkaNodeSpec = {
  readonly jars: string;
  /** Of this node alone. */
  readonly folder: string;
  /** Where it answers clients. */
  readonly port: number;
  readonly properties: Readonly<Record<string, string>>;
};

/** Its storage is formatted; it is not started. */
export async function createKafkaNode(t: Teardown, spec: KafkaNodeSpec): Promise<KafkaNode> {
  const { jars, folder, port, properties } = spec;
  const file = join(folder, 'server.properties');
  const data = join(folder, 'data');
  await writeFile(file, toPropertiesText({ ...properties, 'log.dirs': data }));
  await formatStorage({ jars, jvm, properties }, data);
  let child: TestProcess | null = null;
  return {
    async start() {
      const started = await startProcess(t, {
        name: 'kafka',
        command: kafkaConfig.java,
        args: [...jvm, '-cp', `${jars}/*`, 'kafka.Kafka', file],
      });
      child = started;
      const ended = started.exited.then(() => true);
      const deadline = performance.now() + START_TIMEOUT_MS;
      while (!(await answersKafka(port))) {
        if (performance.now() > deadline || (await Promise.race([ended, paused()]))) {
          throw new Error(`the broker did not start; it printed:\n${started.output.text()}`);
        }
      }
    },
    async kill() {
      await child?.kill();
    },
    freeze: () => child?.signal('SIGSTOP'),
    thaw: () => child?.signal('SIGCONT'),
  };
}

/** Small, and quick to be up: such a broker lives for seconds. */
const jvm = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=WARN'];

/** What every broker for tests has in common, on whatever ports. */
export const kafkaTestProperties: Readonly<Record<string, string>> = {
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  // A killed broker may come back only when its former session is over.
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '500',
  'num.network.threads': '2',
  'num.io.threads': '4',
};

async function paused(): Promise<false> {
  const { promise, resolve } = Promise.withResolvers<false>();
  setTimeout(() => resolve(false), PAUSE_MS);
  return await promise;
}
