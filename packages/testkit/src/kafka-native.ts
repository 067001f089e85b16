/** A broker as a child process of the test: KRaft, one node, loopback only, gone with the test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import type { KafkaBroker } from './kafka-broker.ts';
import { createKafkaNode, kafkaTestProperties } from './kafka-node.ts';
import type { Teardown } from './postgres-fresh-database.ts';

export type NativeKafkaOptions = {
  /** Over the defaults for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** It is not started. */
  readonly isDown?: boolean;
};

export async function startNativeKafka(
  t: Teardown,
  jars: string,
  { settings = {}, isDown = false }: NativeKafkaOptions,
): Promise<KafkaBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'll-kafka-'));
  const [port = 0, controller = 0, listening = 0, advertised = 0] = await freePorts(4);
  const properties = {
    ...kafkaTestProperties,
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'DIRECT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT,PROXIED:PLAINTEXT',
    listeners: `DIRECT://127.0.0.1:${port},PROXIED://127.0.0.1:${listening},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `DIRECT://127.0.0.1:${port},PROXIED://127.0.0.1:${advertised}`,
    ...settings,
  };
  const node = await createKafkaNode(t, { jars, folder, port, properties });
  const stop = async () => {
    await node.kill();
    await rm(folder, { recursive: true, force: true });
  };
  if (!isDown) await node.start();
  t.teardown(stop);
  return { brokers: [`127.0.0.1:${port}`], stop, control: { ...node, proxied: { listening, advertised } } };
}
