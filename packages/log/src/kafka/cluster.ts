/**
 * A kafkajs cluster: connections to the brokers, and which of them leads a partition. kafkajs has no such thing on its
 * surface, but hands it to every partition assigner, which is a documented point of extension.
 */
import type { Cluster, Kafka } from 'kafkajs';

export type OpenedCluster = { readonly cluster: Cluster; close(): Promise<void> };

/** Connected, and with the topic's metadata. Rejects with kafkajs' errors, leaving nothing open. */
export async function openCluster(kafka: Kafka, topic: string): Promise<OpenedCluster> {
  let cluster: Cluster | undefined;
  const consumer = kafka.consumer({
    // Never joined: it only makes the client build a cluster for us.
    groupId: 'ledgerline-reader',
    // For the ends: with an open transaction of another producer, our own records stand beyond what is stable.
    readUncommitted: true,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (config) => {
        cluster = config.cluster;
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  const close = async () => await consumer.disconnect().catch(() => undefined);
  try {
    await consumer.connect();
    if (!cluster) throw new Error('kafkajs gave no cluster');
    await cluster.addTargetTopic(topic);
    return { cluster, close };
  } catch (error) {
    // Connected, and the topic isn't there: waiting for it must not leave a socket behind every time.
    await close();
    throw error;
  }
}
