/** What following a partition keeps in memory. The connection is a stand-in that has an answer at once, for ever. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import type { KafkaConnection } from '../src/kafka/connection.ts';
import { followPartition } from '../src/kafka/read-partition.ts';
import { createLogMetrics } from '../src/metrics.ts';
import { unlessAborted } from '../src/unless-aborted.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const start = { partition: 0, from: 0, maxRecords: 10, maxBytes: () => 1024 };

t.test('a follower keeps nothing of the batches that were handled', async (t) => {
  const stopping = new AbortController();
  const given: WeakRef<Buffer>[] = [];
  for await (const batch of followPartition(
    endless(given),
    createLogMetrics('kafka', undefined),
    start,
    stopping.signal,
  )) {
    if (batch.next >= 50) break;
  }
  await settled();
  const held = given.filter((value) => value.deref() !== undefined).length;
  t.ok(held <= 5, `of ${given.length} values ${held} are held, while the signal lives`);
  stopping.abort();
});

t.test('a follower that is waiting for news ends when aborted', async (t) => {
  const stopping = new AbortController();
  const silent = { ...endless([]), fetch: () => new Promise<never>(() => undefined) };
  const following = Array.fromAsync(
    followPartition(silent, createLogMetrics('kafka', undefined), start, stopping.signal),
  );
  stopping.abort();
  t.same(await following, []);
});

t.test('what fails before the abort rejects', async (t) => {
  await t.rejects(unlessAborted(Promise.reject(new Error('no')), new AbortController().signal), { message: 'no' });
});

function endless(given: WeakRef<Buffer>[]): KafkaConnection {
  return {
    fetch({ partition, offset }) {
      const value = Buffer.alloc(1024);
      given.push(new WeakRef(value));
      const record = { partition, offset, recordedAt: '2021-08-24T00:00:00.000Z', key: null, value, appended: true };
      return Promise.resolve({ next: offset + 1, end: offset + 1, records: [record], voids: 0, genesis: null });
    },
    ends: () => Promise.resolve([0]),
    starts: () => Promise.resolve([0]),
    partitions: () => Promise.resolve(1),
    close: () => Promise.resolve(),
  };
}

/** A WeakRef that was read keeps its target to the end of the turn. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    collectGarbage();
  }
}
