/**
 * Two brokers, for topics with two replicas: a leader can move, because its broker is killed, or by itself when that one
 * is back. The first broker is the controller as well and stays.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { kafkaConfig } from './kafka-config.ts';
import { kafkaJars } from './kafka-jars.ts';
import { createKafkaNode, type KafkaNode, kafkaTestProperties } from './kafka-node.ts';
import type { Teardown } from './postgres-fresh-database.ts';

export type KafkaCluster = {
  readonly brokers: readonly string[];
  /** The second broker: whatever it leads moves to the first when it is killed, and back some seconds after its return. */
  readonly second: KafkaNode;
};

/** null, with a message, where there is no JDK or no Maven; under CI that is a failure. Stopped with the test. */
export async function startKafkaCluster(t: Teardown): Promise<KafkaCluster | null> {
  const jars = await kafkaJars();
  if (jars === null) {
    const message = 'NOT RUN: tests with two Kafka brokers need a JDK and Maven (mvn)';
    if (kafkaConfig.isCi) throw new Error(message);
    process.stderr.write(`\n# ${message} #\n\n`);
    return null;
  }
  const [controller = 0, ...ports] = await freePorts(3);
  const nodes = await Promise.all(
    ports.map(async (port, index) => {
      const id = index + 1;
      const folder = await mkdtemp(join(tmpdir(), 'll-kafka-'));
      const listeners = [`DIRECT://127.0.0.1:${port}`, ...(id === 1 ? [`CONTROLLER://127.0.0.1:${controller}`] : [])];
      const properties = {
        ...kafkaTestProperties,
        'process.roles': id === 1 ? 'broker,controller' : 'broker',
        'node.id': String(id),
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        'controller.listener.names': 'CONTROLLER',
        'inter.broker.listener.name': 'DIRECT',
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT',
        listeners: listeners.join(','),
        'advertised.listeners': `DIRECT://127.0.0.1:${port}`,
        // Leaders go back to where they were made as soon as that broker has caught up.
        'leader.imbalance.check.interval.seconds': '1',
        'leader.imbalance.per.broker.percentage': '0',
        'replica.lag.time.max.ms': '3000',
      };
      const node = await createKafkaNode(t, { jars, folder, port, properties });
      t.teardown(async () => {
        await node.kill();
        await rm(folder, { recursive: true, force: true });
      });
      return node;
    }),
  );
  const [first, second] = nodes as [KafkaNode, KafkaNode];
  await first.start();
  await second.start();
  return { brokers: ports.map((port) => `127.0.0.1:${port}`), second };
}
