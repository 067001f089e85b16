/** Incidents followed from a few claims are those made out of all links there are. */
import { createViewReader } from '@ledgerline/projection';
import { quietLogger } from '@ledgerline/testkit';
import fc from 'fast-check';
import t from 'tap';
import { createReadContext } from '../../src/read-context.ts';
import { readIncidents } from '../../src/statistics/read-incidents.ts';
import { link, statement, unlink } from '../fixture/event-builders.ts';
import { createQueryApp } from '../fixture/query-app.ts';

const names = Array.from({ length: 24 }, (_, index) => `c${index}`);
const nameAt = (index: number) => names[index % names.length] ?? '';

t.test('from any few claims, at any position, to any day', async (t) => {
  const query = await createQueryApp(t);
  const { pool } = query.database;
  await query.append(names.map((name, index) => statement(name, { published: `2021-08-${10 + (index % 9)}` })));
  await query.append([statement('alone', { published: '2021-08-01' })]);
  // Links back and forth, to claims that never come as well, of which every third is undone from the other side.
  const pairs = Array.from(
    { length: 20 },
    (_, n) => [nameAt(n * 7), n % 8 === 7 ? 'never' : nameAt(n * 5 + 3)] as const,
  );
  await query.append(pairs.map(([a, b]) => link(a, 'same-incident', b)));
  const linked = String((await query.get('/v1/timeline')).at('/page/position'));
  await query.append(pairs.filter((_, n) => n % 3 === 0).map(([a, b]) => unlink(b, 'same-incident', a)));

  const views = createViewReader(pool, quietLogger);
  t.teardown(() => views.close());
  const ends = () => Promise.resolve([0, 0, 0, 0]);
  const reads = createReadContext({ pool, log: { ends }, views, stopping: new AbortController().signal });
  const sizes = new Set<number>();
  for (const clocks of [{}, { asOf: linked }, { knownBy: { first: '2021-08-14', last: '2021-08-14' } }]) {
    await reads.run({ views: ['timeline'], clocks, waitMs: 0 }, async (read) => {
      const all = await readIncidents(read, null);
      sizes.add(all.size);
      await fc.assert(
        fc.asyncProperty(fc.subarray([...all.keys(), 'alone']), async (subjects) => {
          const few = await readIncidents(read, subjects);
          const named = (incidents: typeof few) => subjects.map((subject) => incidents.get(subject) ?? subject);
          t.strictSame(named(few), named(all));
        }),
        { numRuns: 15 },
      );
    });
  }
  t.equal(sizes.size, 3, 'each clock sees other links');
});
