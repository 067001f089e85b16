/** Creates and checks the topic as soon as the brokers can be reached: services and brokers start in any order. */
import { setTimeout as delay } from 'node:timers/promises';
import { ensureTopic, type KafkaSettings, type LogDescription, LogFault, type TopicOptions } from '@ledgerline/log';
import type { Logger } from 'pino';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export type TopicRequest = { readonly settings: KafkaSettings; readonly topic: TopicOptions };

/**
 * @param isFinal which faults end the waiting; others are logged, and tried again until `signal` is aborted
 * @returns the log; rejects with the final fault, or with the signal's reason
 */
export async function awaitTopic(
  { settings, topic }: TopicRequest,
  isFinal: (fault: LogFault) => boolean,
  logger: Logger,
  signal: AbortSignal,
): Promise<LogDescription> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      return await ensureTopic(settings, topic, logger);
    } catch (error) {
      if (!(error instanceof LogFault) || isFinal(error)) throw error;
      logger.warn({ err: error, topic: settings.topic }, 'the topic is not there yet');
    }
    await delay(pauseMs, undefined, { signal });
  }
}

/** A topic that is there and can be no log: only an operator can mend that. */
export function isUnsuitable(fault: LogFault): boolean {
  return fault.code === 'log-unsuitable';
}
