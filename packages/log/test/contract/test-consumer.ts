/** A group's handler with a checkpoint of its own, that notes whatever should never happen. */
import type { LogBatch, SubscribeOptions } from '../../src/port.ts';
import { idOf, PARTITIONS } from './contract.ts';

export type TestConsumer = {
  readonly options: SubscribeOptions;
  readonly batches: readonly LogBatch[];
  /** Two at once on one partition, a batch that doesn't follow the one before. */
  readonly problems: readonly string[];
  ids(): string[];
  reached(): readonly number[];
};

/** May be given to several members of one group: they share its checkpoint, as they would in a database. */
export function createConsumer(group = 'readers'): TestConsumer {
  const next = Array.from({ length: PARTITIONS }, () => 0);
  const handling = new Set<number>();
  const batches: LogBatch[] = [];
  const problems: string[] = [];
  return {
    batches,
    problems,
    ids: () => batches.flatMap((batch) => batch.records.map(idOf)),
    reached: () => next,
    options: {
      group,
      maxRecords: 100,
      startOf: async (partition) => next[partition] ?? 0,
      async handle(batch) {
        const { partition } = batch;
        if (handling.has(partition)) problems.push(`partition ${partition} handled twice at once`);
        handling.add(partition);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        if (batch.from !== next[partition])
          problems.push(`partition ${partition}: ${batch.from} after ${next[partition]}`);
        else batches.push(batch);
        next[partition] = batch.next;
        handling.delete(partition);
      },
    },
  };
}
