import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import t from 'tap';
import { createPendingCall } from '../src/append/pending-call.ts';

const record = { source: 's', id: '1', type: 't', subject: 'a', content: '{}', hash: 'h', event: {} };

const begin = (onExpired: () => void, deadlineMs = 60_000) =>
  createPendingCall([record], { atomic: true, deadlineMs }, { partitions: [0], relatedPartitions: [] }, onExpired);

t.test('all calls are of one hidden class, so that the engine keeps nothing of those that are done', async (t) => {
  setFlagsFromString('--allow-natives-syntax');
  const sameClass = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  const [one, other] = [begin(() => undefined), begin(() => undefined)];
  t.ok(sameClass(one, other));
  one.resolve([]);
  t.ok(sameClass(one, other));
  other.resolve([]);
});

t.test('a call is settled once, by whatever comes first', async (t) => {
  let expired = 0;
  const late = begin(() => {
    expired += 1;
  }, 1);
  await t.rejects(late.promise, { message: /nothing was stored/ });
  t.ok(late.settled);
  late.resolve([{ status: 'appended', partition: 0, offset: 0, recordedAt: '' }]);
  await t.rejects(late.promise);
  t.equal(expired, 1);

  const answered = begin(() => {
    expired += 1;
  }, 1);
  answered.resolve([]);
  answered.reject(new Error('too late'));
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  t.same(await answered.promise, []);
  t.equal(expired, 1, 'its deadline is over with it');
});
