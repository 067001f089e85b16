/**
 * Requests to the leaders of a topic's partitions: fetch at an offset, ask for the end. kafkajs has no such call on its
 * surface, and its consumer jumps on out-of-range offsets and goes on with partitions it has lost: see cluster.ts.
 */
import type { Broker, Cluster, Kafka } from 'kafkajs';
import { type OpenedCluster, openCluster } from './cluster.ts';
import { isStaleMetadata, toLogFault, topicMissing, typeOf } from './faults.ts';
import { decodeFetched, type FetchedPartition, type FetchResponse } from './fetched-partition.ts';

export type FetchRequest = {
  readonly partition: number;
  readonly offset: number;
  /** How long the broker may wait for something to answer with. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
};

export type KafkaConnection = {
  /** Rejects with `LogFault`; `OFFSET_OUT_OF_RANGE` is the type of its cause where the offset is not in the log. */
  fetch(request: FetchRequest): Promise<FetchedPartition>;
  /** The end of every partition: the offset after its last replicated record. */
  ends(): Promise<number[]>;
  starts(): Promise<number[]>;
  partitions(): Promise<number>;
  close(): Promise<void>;
};

const READ_COMMITTED = 1;

/** Connects at first use, and anew after every failure but that of a leader that moved. */
export function createKafkaConnection(kafka: Kafka, topic: string): KafkaConnection {
  let opening: Promise<OpenedCluster> | null = null;

  const discard = async (broken: Promise<OpenedCluster> | null) => {
    if (broken === null) return;
    if (opening === broken) opening = null;
    const opened = await broken.catch(() => null);
    await opened?.close();
  };

  const request = async <T>(doing: string, work: (cluster: Cluster) => Promise<T>): Promise<T> => {
    opening ??= openCluster(kafka, topic);
    const current = opening;
    try {
      const { cluster } = await current;
      await cluster.refreshMetadataIfNecessary();
      try {
        return await work(cluster);
      } catch (error) {
        // A topic that is not there may come back as another one: whoever goes on has to look which.
        if (!isStaleMetadata(error) || typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
        await cluster.refreshMetadata();
        return await work(cluster);
      }
    } catch (error) {
      void discard(current);
      throw toLogFault(error, doing);
    }
  };

  const partitionIds = (cluster: Cluster): number[] => {
    const ids = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    if (ids.length === 0) throw topicMissing();
    return ids;
  };

  const leaderOf = async (cluster: Cluster, partition: number): Promise<Broker> => {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw topicMissing();
    return await cluster.findBroker({ nodeId });
  };

  const offsets = async (fromBeginning: boolean): Promise<number[]> =>
    await request('tell the ends of the log', async (cluster) => {
      const partitions = partitionIds(cluster).map((partition) => ({ partition }));
      const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
      const list = partitions.map(() => Number.NaN);
      for (const { partition, offset } of found?.partitions ?? []) list[partition] = Number(offset);
      if (list.some(Number.isNaN)) throw new Error('an end is missing in the answer');
      return list;
    });

  return {
    async fetch({ partition, offset, maxWaitMs, maxBytes }) {
      return await request('read the log', async (cluster) => {
        const broker = await leaderOf(cluster, partition);
        const response: FetchResponse = await broker.fetch({
          isolationLevel: READ_COMMITTED,
          maxWaitTime: maxWaitMs,
          minBytes: 1,
          maxBytes,
          topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
        });
        return decodeFetched(response, partition, offset);
      });
    },
    ends: async () => await offsets(false),
    starts: async () => await offsets(true),
    partitions: async () => await request('describe the topic', async (cluster) => partitionIds(cluster).length),
    close: async () => await discard(opening),
  };
}
