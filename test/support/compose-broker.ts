/**
 * The compose file's broker as a process of this machine: its properties are made of the service's KAFKA_* variables and
 * nothing else, as the image does it. Only addresses and the data folder are this machine's own.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProcess, type Teardown } from '@ledgerline/testkit';
import { freePorts } from '../../packages/testkit/src/free-ports.ts';
import { kafkaConfig } from '../../packages/testkit/src/kafka-config.ts';
import { answersKafka } from '../../packages/testkit/src/kafka-handshake.ts';
import { KAFKA_VERSION, kafkaJars } from '../../packages/testkit/src/kafka-jars.ts';
import { until } from './until.ts';

export { KAFKA_VERSION };

const run = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
const CLUSTER_ID = 'bGVkZ2VybGluZS1jb21wb3Nl';

/** As the image's own set-up turns variables into properties. */
export function toProperties(environment: Readonly<Record<string, string>>): Record<string, string> {
  const variables = Object.entries(environment).filter(([name]) => name.startsWith('KAFKA_'));
  return Object.fromEntries(
    variables.map(([name, value]) => {
      const dotted = name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.');
      return [dotted.replaceAll('...', '-').replaceAll('..', '_'), value];
    }),
  );
}

/** null where there is no JDK or no Maven. Gives the address that stands for `kafka:9092`. */
export async function startComposeBroker(
  t: Teardown,
  environment: Readonly<Record<string, string>>,
): Promise<string | null> {
  const jars = await kafkaJars();
  if (jars === null) return null;
  const folder = await mkdtemp(join(tmpdir(), 'll-compose-kafka-'));
  t.teardown(async () => await rm(folder, { recursive: true, force: true }));
  const [broker = 0, controller = 0] = await freePorts(2);
  const onThisMachine = (text: string) =>
    text
      .replaceAll(/(\/\/|@)[a-z]*:9092\b/g, `$1127.0.0.1:${broker}`)
      .replaceAll(/(\/\/|@)[a-z]*:9093\b/g, `$1127.0.0.1:${controller}`);
  const properties = { ...toProperties(environment), 'log.dirs': join(folder, 'data') };
  const file = join(folder, 'server.properties');
  await writeFile(
    file,
    Object.entries(properties)
      .map(([name, value]) => `${name}=${onThisMachine(value)}\n`)
      .join(''),
  );

  const java = (main: string, args: readonly string[]) => [...jvm, '-cp', `${jars}/*`, main, ...args];
  const format = java('kafka.tools.StorageTool', ['format', '-t', CLUSTER_ID, '-c', file]);
  await run(kafkaConfig.java, format, { timeout: START_TIMEOUT_MS });
  const child = await startProcess(t, { name: 'kafka', command: kafkaConfig.java, args: java('kafka.Kafka', [file]) });
  await until(
    'the broker answers',
    async () => ((await answersKafka(broker)) ? true : undefined),
    START_TIMEOUT_MS,
  ).catch((error: unknown) => {
    throw new Error(`the broker did not start; it printed:\n${child.output.text()}`, { cause: error });
  });
  return `127.0.0.1:${broker}`;
}

const jvm = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=WARN'];
