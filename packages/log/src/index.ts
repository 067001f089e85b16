/** The event log: its port, positions in it, and its adapters. */
export type { WriterOptions } from './append/appender.ts';
export { forgetIndex, migrateLogSchema } from './append/log-index.ts';
export { defaultRoundLimits, type RoundLimits } from './append/rounds.ts';
export { createKafkaLog, type KafkaLogOptions } from './kafka/kafka-log.ts';
export type { KafkaSettings } from './kafka/settings.ts';
export { ensureTopic, type TopicOptions } from './kafka/topic.ts';
export type { LogLogger } from './logger.ts';
export { partitionOf } from './murmur2.ts';
export * from './port.ts';
export * from './position.ts';
export { createPostgresLog, type PostgresLogOptions, preparePostgresLog } from './postgres/postgres-log.ts';
