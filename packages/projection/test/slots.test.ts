import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'tap';
import { createSlots } from '../src/slots.ts';

test('no more than so many are at work at once, and each begins in its turn', async (t) => {
  const slots = createSlots(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((n) =>
    slots.run(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => (ends[n] = resolve));
      return n;
    }),
  );
  await turn();
  t.same(begun, [0, 1]);
  ends[1]?.();
  await turn();
  t.same(begun, [0, 1, 2], 'one ended, one began');
  const late = slots.run(() => Promise.resolve(4));
  ends[0]?.();
  await turn();
  t.same(begun, [0, 1, 2, 3], 'who comes later waits behind');
  ends[2]?.();
  ends[3]?.();
  t.same(await Promise.all([...all, late]), [0, 1, 2, 3, 4]);
});

test('work that fails gives its place back', async (t) => {
  const slots = createSlots(1);
  const failed = slots.run(() => Promise.reject(new Error('on purpose')));
  const after = slots.run(() => Promise.resolve('went on'));
  await t.rejects(failed, { message: 'on purpose' });
  t.equal(await after, 'went on');
  t.equal(await slots.run(() => Promise.resolve('free again')), 'free again');
});
