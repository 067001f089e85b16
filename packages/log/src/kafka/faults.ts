/**
 * kafkajs' errors as the log's faults. Nearly all pass by themselves once brokers or leaders are back.
 */
import { LogFault } from '../port.ts';

/** Kafka's names of errors that no waiting heals. */
const FATAL_TYPES = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'UNSUPPORTED_VERSION',
]);
const STALE_METADATA_TYPES = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
]);

/** Kafka's name of the error, through kafkajs' wrappings; empty where it is not the broker's. */
export function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('type' in error && typeof error.type === 'string') return error.type;
  return error.cause === undefined || error.cause === error ? '' : typeOf(error.cause);
}

/** The connection is good; only its picture of the cluster is old. */
export function isStaleMetadata(error: unknown): boolean {
  return STALE_METADATA_TYPES.has(typeOf(error));
}

export function toLogFault(error: unknown, doing: string): LogFault {
  if (error instanceof LogFault) return error;
  const type = typeOf(error);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return topicMissing(error);
  const reason = type || (error instanceof Error ? error.message : String(error));
  const fatal = FATAL_TYPES.has(type) || (error instanceof Error && error.name === 'KafkaJSNotImplemented');
  const code = fatal ? 'log-unsuitable' : 'log-unavailable';
  return new LogFault(code, `Kafka failed to ${doing}: ${reason}`, { retryable: !fatal, cause: error });
}

export function topicMissing(cause?: unknown): LogFault {
  return new LogFault('log-unavailable', 'the topic of the log has not been created yet', { retryable: true, cause });
}

export function unsuitable(message: string): LogFault {
  return new LogFault('log-unsuitable', message, { retryable: false });
}
