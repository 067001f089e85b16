/** A minute of faults by chance on a real Kafka: nothing acknowledged is lost, nothing takes effect twice. */
import t from 'tap';
import { shortRun } from './short-run.ts';

t.test('a minute of faults on Kafka', { timeout: 170_000 }, async (t) => {
  await shortRun(t, 'kafka', 20211110);
});
