/**
 * How to reach the brokers and which topic is the log; and the one place where a kafkajs client is made from it.
 */
import type { ConnectionOptions } from 'node:tls';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import type { LogLogger } from '../logger.ts';

export type KafkaSettings = {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly clientId: string;
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: SASLOptions;
};

const CONNECT_TIMEOUT_MS = 3_000;
/** One request; appends have deadlines of their own beside it. */
export const REQUEST_TIMEOUT_MS = 5_000;

/** Retries are ours: kafkajs only tries its way through the brokers given. */
export function createKafkaClient(settings: KafkaSettings, logger: LogLogger): Kafka {
  return new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: settings.brokers.length, initialRetryTime: 50, maxRetryTime: 200 },
    ...(settings.ssl !== undefined && { ssl: settings.ssl }),
    ...(settings.sasl !== undefined && { sasl: settings.sasl }),
    logLevel: logLevel.INFO,
    // What kafkajs calls an error is an attempt that failed, and it says so many times: whether it matters is ours to say.
    logCreator: () => (entry) => {
      const { message, timestamp: _, logger: __, stack: ___, ...fields } = entry.log;
      logger.debug({ kafkajs: entry.namespace, ...fields }, message);
    },
  });
}
