import t from 'tap';
import { createRecentBatches } from '../../src/stream/recent-batches.ts';
import { streamPosition } from '../../src/stream/stream-position.ts';
import { type TailBatch, toTailBatches } from '../../src/stream/tail-batch.ts';

const at = (offset: number) => streamPosition('log', [offset]);

function batch(from: number, length: number): TailBatch {
  const position = at(from + 1);
  const entries = [{ position, item: 'x'.repeat(length), matchable: null }];
  const [made] = toTailBatches({ before: at(from), after: position, entries, parked: [] });
  if (made === undefined) throw new Error('there is always one');
  return made;
}

t.test('the oldest are forgotten once all are longer than may be', (t) => {
  const recent = createRecentBatches(100);
  for (let from = 0; from < 10; from += 1) recent.add(batch(from, 30));
  const found = Array.from({ length: 10 }, (_, from) => recent.after(at(from).token) !== undefined);
  t.strictSame(found, [false, false, false, false, false, false, false, true, true, true]);
  t.end();
});

t.test('after a minute nothing is given any more', (t) => {
  let now = 0;
  const recent = createRecentBatches(1_000, () => now);
  recent.add(batch(0, 10));
  now = 60_000;
  t.ok(recent.after(at(0).token));
  now = 60_001;
  t.notOk(recent.after(at(0).token));
  t.end();
});

t.test('a long range is cut into batches that follow each other without a hole', (t) => {
  const entries = Array.from({ length: 100 }, (_, index) => ({
    position: at(index + 1),
    item: 'x'.repeat(10_000),
    matchable: null,
  }));
  const batches = toTailBatches({ before: at(0), after: at(120), entries, parked: [{ partition: 0, offset: 110 }] });
  t.ok(batches.length >= 4);
  t.equal(batches[0]?.before.token, at(0).token);
  t.equal(batches.at(-1)?.after.token, at(120).token);
  for (const [index, { after }] of batches.entries()) {
    const next = batches[index + 1];
    if (next) t.equal(next.before.token, after.token);
  }
  t.equal(batches.flatMap((one) => one.entries).length, 100);
  t.equal(batches.filter((one) => one.gap('sse') !== null).length, 1, 'what is missing is told once, and first');
  t.ok(batches[0]?.gap('sse'));
  t.end();
});
