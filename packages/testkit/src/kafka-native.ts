/** A broker as a child process of the test: KRaft, one node, loopback only, gone with the test. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KafkaBroker } from './kafka-broker.ts';
import { kafkaConfig } from './kafka-config.ts';
import { answersKafka } from './kafka-handshake.ts';
import { freePorts } from './kafka-ports.ts';
import type { Teardown } from './postgres-fresh-database.ts';
import { startProcess, type TestProcess } from './process-child.ts';

const run = promisify(execFile);

const START_TIMEOUT_MS = 60_000;
const PAUSE_MS = 50;
const CLUSTER_ID = 'bGVkZ2VybGluZS10ZXN0cw';

/** @param settings broker settings over the defaults for tests */
export async function startNativeKafka(
  t: Teardown,
  jars: string,
  settings: Readonly<Record<string, string>>,
): Promise<KafkaBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'll-kafka-'));
  const [port = 0, controller = 0, listening = 0, advertised = 0] = await freePorts(4);
  const file = join(folder, 'server.properties');
  await writeFile(file, properties({ ...defaults(folder, { port, controller, listening, advertised }), ...settings }));
  const java = (main: string, args: readonly string[]) => [...jvm, '-cp', `${jars}/*`, main, ...args];
  await run(kafkaConfig.java, java('kafka.tools.StorageTool', ['format', '-t', CLUSTER_ID, '-c', file]), {
    timeout: START_TIMEOUT_MS,
  });

  let child: TestProcess;
  const start = async () => {
    child = await startProcess(t, { name: 'kafka', command: kafkaConfig.java, args: java('kafka.Kafka', [file]) });
    const ended = child.exited.then(() => true);
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await answersKafka(port))) {
      if (performance.now() > deadline || (await Promise.race([ended, paused()]))) {
        throw new Error(`the broker did not start; it printed:\n${child.output.text()}`);
      }
    }
  };
  const stop = async () => {
    await child.kill();
    await rm(folder, { recursive: true, force: true });
  };
  await start();
  t.teardown(stop);
  return {
    brokers: [`127.0.0.1:${port}`],
    stop,
    control: {
      async kill() {
        await child.kill();
      },
      start,
      freeze: () => child.signal('SIGSTOP'),
      thaw: () => child.signal('SIGCONT'),
      proxied: { listening, advertised },
    },
  };
}

/** Small, and quick to be up: such a broker lives for seconds. */
const jvm = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=WARN'];

type Ports = {
  readonly port: number;
  readonly controller: number;
  readonly listening: number;
  readonly advertised: number;
};

function defaults(folder: string, ports: Ports): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'DIRECT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT,PROXIED:PLAINTEXT',
    listeners: `DIRECT://127.0.0.1:${ports.port},PROXIED://127.0.0.1:${ports.listening},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `DIRECT://127.0.0.1:${ports.port},PROXIED://127.0.0.1:${ports.advertised}`,
    'log.dirs': join(folder, 'data'),
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
}

const properties = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

async function paused(): Promise<false> {
  const { promise, resolve } = Promise.withResolvers<false>();
  setTimeout(() => resolve(false), PAUSE_MS);
  return await promise;
}
