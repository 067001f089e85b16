import t from 'tap';
import { preferredWaitMs } from '../src/reading/prefer-wait.ts';

t.test('wait is read in seconds and is at most 30', (t) => {
  t.equal(preferredWaitMs(undefined), 0);
  t.equal(preferredWaitMs('wait=5'), 5_000);
  t.equal(preferredWaitMs('respond-async, Wait = "7"; foo'), 7_000);
  t.equal(preferredWaitMs('wait=600'), 30_000);
  t.equal(preferredWaitMs('respond-async'), 0);
  t.end();
});

t.test('a wait that is no whole number is refused', (t) => {
  for (const header of ['wait', 'wait=', 'wait=abc', 'wait=-1', 'wait=1.5']) {
    t.throws(() => preferredWaitMs(header), { code: 'bad-header' }, header);
  }
  t.end();
});
