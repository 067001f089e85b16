/**
 * A real broker for a test file: KAFKA_BROKERS, else Docker, else the JDK with Maven. With none of them it says aloud
 * what is not run, and under CI that is a failure.
 */

import { freePort } from './free-ports.ts';
import type { KafkaBroker } from './kafka-broker.ts';
import { kafkaConfig } from './kafka-config.ts';
import { hasDocker, startDockerKafka } from './kafka-docker.ts';
import { kafkaJars } from './kafka-jars.ts';
import { startNativeKafka } from './kafka-native.ts';
import type { Teardown } from './postgres-fresh-database.ts';

export type KafkaOptions = {
  /** The test kills or freezes the broker: only a process of its own will do. */
  readonly own?: boolean;
  /** Broker settings, where the broker is a process of its own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of its own, and not started: nothing answers at its address until `control.start`. */
  readonly isDown?: boolean;
};

/** null, with a loud message, where no broker can be had. Stopped with the test. Topics are the test's to name apart. */
export async function startKafka(t: Teardown, options: KafkaOptions = {}): Promise<KafkaBroker | null> {
  const own = options.own === true || options.settings !== undefined || options.isDown === true;
  if (!own && kafkaConfig.brokers.length > 0) {
    return { brokers: kafkaConfig.brokers, control: null, stop: async () => undefined };
  }
  if (!own && (await hasDocker())) return await startDockerKafka(t, await freePort());
  const jars = await kafkaJars();
  if (jars !== null) return await startNativeKafka(t, jars, options);
  const message = own
    ? 'NOT RUN: tests that kill or freeze a Kafka broker need a JDK and Maven (mvn)'
    : 'NOT RUN: tests on Apache Kafka. Set KAFKA_BROKERS, or start Docker, or install a JDK and Maven (mvn)';
  if (kafkaConfig.isCi) throw new Error(message);
  process.stderr.write(`\n${'#'.repeat(message.length + 4)}\n# ${message} #\n${'#'.repeat(message.length + 4)}\n\n`);
  return null;
}
