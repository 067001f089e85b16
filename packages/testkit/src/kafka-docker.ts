/** A broker by testcontainers, where a container engine answers. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { KafkaBroker } from './kafka-broker.ts';
import { KAFKA_VERSION } from './kafka-jars.ts';
import type { Teardown } from './postgres-fresh-database.ts';

const run = promisify(execFile);

export async function hasDocker(): Promise<boolean> {
  return await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 5_000 }).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false,
  );
}

/** The port outside is chosen before the start, because the broker has to tell it to its clients. */
export async function startDockerKafka(t: Teardown, port: number): Promise<KafkaBroker> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(`apache/kafka:${KAFKA_VERSION}`)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_NODE_ID: '1',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_HEAP_OPTS: '-Xmx512m',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  const stop = async () => {
    await container.stop();
  };
  t.teardown(stop);
  return { brokers: [`127.0.0.1:${port}`], control: null, stop };
}
