/**
 * @ledgerline/testkit: the real PostgreSQL and Kafka for tests. Arbitraries are an entry of their own: they take a second
 * to be made.
 */

export type { EventJson } from './arbitrary-events.ts';
export { startChromium } from './chromium.ts';
export { freePorts } from './free-ports.ts';
export { type GenerateOptions, generateEvents } from './generate-events.ts';
export type { BrokerControl, KafkaBroker } from './kafka-broker.ts';
export { type KafkaCluster, startKafkaCluster } from './kafka-cluster.ts';
export { type KafkaProxy, startKafkaProxy } from './kafka-proxy.ts';
export { type KafkaOptions, startKafka } from './kafka-start.ts';
export { type Codec, hasKcatProducer, produceCompressed } from './kcat-producer.ts';
export { type DatabaseTemplate, type FreshDatabase, freshDatabase, type Teardown } from './postgres-fresh-database.ts';
export { type OwnPostgres, startPostgres } from './postgres-own-server.ts';
export { type Connection, quietLogger, toDatabaseUrl } from './postgres-settings.ts';
export { type ProcessExit, type ProcessOptions, startProcess, type TestProcess } from './process-child.ts';
export type { ProcessOutput } from './process-output.ts';
export { type ServiceName, startService, type TestService } from './process-service.ts';
export { type Python, type PythonOptions, preparePython } from './python-environment.ts';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
