import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { test } from 'tap';
import { murmur2, partitionOf } from '../src/murmur2.ts';

await test("a subject's partition is the one that kafkajs' default partitioner gives its key", async (t) => {
  const partitioner = Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 250 }),
      fc.integer({ min: 1, max: 64 }),
      (subject, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
          partitionErrorCode: 0,
          partitionId,
          leader: 1,
          replicas: [1],
          isr: [1],
        }));
        const expected = partitioner({ topic: 't', partitionMetadata, message: { key: subject, value: '' } });
        return partitionOf(subject, partitions) === expected;
      },
    ),
    { numRuns: 1_000 },
  );
  t.pass();
});

await test("the hash is that of Kafka's own Java client", async (t) => {
  // UtilsTest.testMurmur2 of apache/kafka.
  const known: [string, number][] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  for (const [text, hash] of known) t.equal(murmur2(Buffer.from(text)), hash, text);
});
