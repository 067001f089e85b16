/** The environment of the standalone process: that of every part it joins, with an embedded server as default. */
import {
  accessVariables,
  bytesVariable,
  kafkaVariables,
  listenVariables,
  logVariables,
  onOff,
  optionalDatabaseVariables,
  parseEnvironment,
  streamVariables,
  toAccess,
  toKafkaEnvironment,
} from '@ledgerline/http';
import { toStreamSettings } from '@ledgerline/query';
import { z } from 'zod';

const variables = z.object({
  ...listenVariables(8080),
  ...optionalDatabaseVariables,
  ...kafkaVariables,
  ...accessVariables,
  ...logVariables,
  ...streamVariables,
  LEDGERLINE_SEEDS: onOff.default(true),
  LEDGERLINE_MAX_UPLOAD_BYTES: bytesVariable.optional(),
});

export type StandaloneConfig = ReturnType<typeof readConfig>;

/** @throws ConfigurationError naming every bad variable */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const values = parseEnvironment(variables, environment);
  return {
    host: values.HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL ?? null,
    dataFolder: values.LEDGERLINE_DATA,
    kafka: toKafkaEnvironment(values, 'ledgerline'),
    /** Of the embedded log, when it is created. */
    partitions: values.KAFKA_PARTITIONS,
    seeds: values.LEDGERLINE_SEEDS,
    access: toAccess(values),
    streams: toStreamSettings(values),
    maxUploadBytes: values.LEDGERLINE_MAX_UPLOAD_BYTES ?? null,
  };
}
