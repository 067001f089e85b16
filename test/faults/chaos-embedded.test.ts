/** Faults by chance, for most of a minute, on the embedded log: nothing acknowledged is lost, nothing takes effect twice. */
import t from 'tap';
import { shortRun } from './short-run.ts';

t.test('most of a minute of faults on the embedded log', { timeout: 170_000 }, async (t) => {
  await shortRun(t, 'embedded', 19);
});
