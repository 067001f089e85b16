/**
 * Sends produces of our own encoding over kafkajs' connections, which see to TLS, SASL, time-outs and metadata. Not
 * idempotent, and never tries again by itself (docs/decisions/0003). kafkajs' pool of connections is no part of its types:
 * the version is pinned, and what is used of it is looked at before it is used.
 */
import type { Broker, Cluster, Kafka } from 'kafkajs';
import { type OpenedCluster, openCluster } from './cluster.ts';
import { topicMissing } from './faults.ts';
import {
  decodeProduceAnswer,
  encodeProduce,
  PRODUCE_API_KEY,
  PRODUCE_API_VERSION,
  type ProduceAnswer,
  type SizedBatch,
} from './produce-request.ts';

export type Producer = {
  /**
   * One request a leader, all answered. Rejects where any partition was refused or an answer is missing after
   * `timeoutMs`: then what was stored is not known, and the next produce gets a new connection.
   */
  produce(batches: readonly SizedBatch[], timeoutMs: number): Promise<ProduceAnswer[]>;
  close(): Promise<void>;
};

type Decoded = { readonly answers: ProduceAnswer[]; readonly clientSideThrottleTime: number };

type RawRequest = {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    /** What kafkajs' encoder appends after the header. */
    readonly encode: () => { readonly buf: Buffer; readonly buffer: Buffer };
  };
  readonly response: {
    readonly decode: (payload: Buffer) => Decoded;
    readonly parse: (decoded: Decoded) => ProduceAnswer[];
  };
};

type RawSender = { send(request: RawRequest): Promise<ProduceAnswer[]> };

/** Connects at first use, and anew after every failure. */
export function createProducer(kafka: Kafka, topic: string): Producer {
  let opening: Promise<OpenedCluster> | null = null;

  /** Also of a connection into the void, which kafkajs would go on using. */
  const discard = async (broken: Promise<OpenedCluster> | null) => {
    if (opening === broken) opening = null;
    const opened = await broken?.catch(() => null);
    await opened?.close();
  };

  const send = async (batches: readonly SizedBatch[], timeoutMs: number, opened: Promise<OpenedCluster>) => {
    const { cluster } = await opened;
    await cluster.refreshMetadataIfNecessary();
    const answers = byLeader(cluster, topic, batches).map(async ([nodeId, led]) => {
      const broker = await cluster.findBroker({ nodeId });
      return await senderOf(broker).send(toRequest(topic, led, timeoutMs));
    });
    return (await Promise.all(answers)).flat();
  };

  return {
    async produce(batches, timeoutMs) {
      opening ??= openCluster(kafka, topic);
      const current = opening;
      try {
        return await within(timeoutMs, send(batches, timeoutMs, current));
      } catch (error) {
        void discard(current);
        throw error;
      }
    },
    close: async () => await discard(opening),
  };
}

function byLeader(cluster: Cluster, topic: string, batches: readonly SizedBatch[]): [string, SizedBatch[]][] {
  const leaders = cluster.findLeaderForPartitions(
    topic,
    batches.map(({ partition }) => partition),
  );
  const led = Object.entries(leaders).map(([nodeId, partitions]): [string, SizedBatch[]] => {
    return [nodeId, batches.filter(({ partition }) => partitions.includes(partition))];
  });
  if (led.reduce((sum, [, { length }]) => sum + length, 0) !== batches.length) throw topicMissing();
  return led;
}

function senderOf(broker: Broker): RawSender {
  const pool: unknown = 'connectionPool' in broker ? broker.connectionPool : null;
  if (typeof pool !== 'object' || pool === null || !('send' in pool) || typeof pool.send !== 'function') {
    throw new Error('this version of kafkajs has no pool of connections');
  }
  return pool as RawSender;
}

function toRequest(topic: string, batches: readonly SizedBatch[], timeoutMs: number): RawRequest {
  return {
    request: {
      apiKey: PRODUCE_API_KEY,
      apiVersion: PRODUCE_API_VERSION,
      apiName: 'Produce',
      encode() {
        const buffer = encodeProduce(topic, batches, timeoutMs);
        return { buf: buffer, buffer };
      },
    },
    response: {
      decode(payload) {
        const { partitions, throttleMs } = decodeProduceAnswer(payload);
        return { answers: partitions, clientSideThrottleTime: throttleMs };
      },
      parse({ answers }) {
        const refused = answers.find(({ errorCode }) => errorCode !== 0);
        if (refused) throw new ProduceRefused(refused.errorCode);
        return answers;
      },
    },
  };
}

/** Those that mean something to faults.ts. https://kafka.apache.org/protocol.html#protocol_error_codes */
const errorTypes: Readonly<Record<number, string>> = {
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_FOR_PARTITION',
  10: 'MESSAGE_TOO_LARGE',
  17: 'INVALID_TOPIC_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  35: 'UNSUPPORTED_VERSION',
  56: 'KAFKA_STORAGE_ERROR',
};

class ProduceRefused extends Error {
  readonly type: string;
  constructor(code: number) {
    const type = errorTypes[code] ?? `error ${code}`;
    super(`a partition refused a produce: ${type}`);
    this.name = 'ProduceRefused';
    this.type = type;
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
