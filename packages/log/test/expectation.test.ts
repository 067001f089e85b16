/** Rounds take their ids to be new until one was wrong, and again after a while without. */
import { test } from 'tap';
import { createExpectation } from '../src/append/expectation.ts';

const run = (rounds: number, newIds: () => boolean) => Array.from({ length: rounds }, newIds);

await test('ids are taken to be new until that was wrong; then eight rounds look first', async (t) => {
  const expectation = createExpectation();
  t.same(new Set(run(20, expectation.newIds)), new Set([true]));
  expectation.disappoint();
  t.same(run(9, expectation.newIds), [...Array.from({ length: 8 }, () => false), true]);
  expectation.disappoint();
  run(5, expectation.newIds);
  expectation.disappoint();
  t.same(run(9, expectation.newIds).indexOf(true), 8, 'every disappointment begins the count anew');
});
