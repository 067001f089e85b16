/** Reads a topic as any other program would: an ordinary consumer, whole messages. */
import type { Teardown } from '@ledgerline/testkit';
import type { Kafka } from 'kafkajs';
import { eventually } from './contract.ts';

export type RawMessage = {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
};

let groups = 0;

/** Resolves when so many messages have come; with all that have come by then. */
export async function consumeRaw(t: Teardown, kafka: Kafka, topic: string, count: number): Promise<RawMessage[]> {
  const consumer = kafka.consumer({ groupId: `raw-${process.pid}-${Date.now()}-${++groups}` });
  t.teardown(async () => await consumer.disconnect());
  const messages: RawMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      messages.push({
        partition,
        offset: Number(message.offset),
        key: message.key?.toString(),
        value: message.value?.toString() ?? '',
        headers: Object.fromEntries(headers) as Record<string, string>,
      });
    },
  });
  await eventually(`${count} messages`, () => messages.length >= count);
  await consumer.disconnect();
  return messages;
}
