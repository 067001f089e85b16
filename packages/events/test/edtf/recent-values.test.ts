import { test } from 'tap';
import { createRecentValues } from '../../src/edtf/recent-values.ts';

await test('at least as many values as the capacity are kept, and never more than twice as many', async (t) => {
  const values = createRecentValues<number>(100);
  let largest = 0;
  for (let i = 0; i < 10_000; i += 1) {
    values.set(`k${i}`, i);
    largest = Math.max(largest, values.size);
  }
  t.ok(largest <= 200, `at most 200, not ${largest}`);
  t.equal(values.get('k0'), undefined);
  for (let i = 9999; i >= 9900; i -= 1) t.equal(values.get(`k${i}`), i);
});

await test('a value that is asked for stays', async (t) => {
  const values = createRecentValues<number>(10);
  values.set('wanted', 1);
  for (let i = 0; i < 1000; i += 1) {
    values.set(`k${i}`, i);
    t.equal(values.get('wanted'), 1);
  }
});
