import { LogFault } from '@ledgerline/log';
import t from 'tap';
import { statement } from './sample-events.ts';
import { startIngest } from './start-ingest.ts';

const unavailable = () => Promise.reject(new LogFault('log-unavailable', 'broker b1 is away', { retryable: true }));

t.test('a log that cannot be reached', async (t) => {
  let down = true;
  const ingest = await startIngest(t, {
    wrap: (log) => ({ ...log, append: (...call) => (down ? unavailable() : log.append(...call)) }),
  });

  t.test('is 503 with Retry-After for one event, and nothing is said of the inside', async (t) => {
    const answer = await ingest.send(statement());
    t.equal(answer.status, 503);
    t.ok(Number(answer.headers.get('retry-after')) > 0);
    t.equal(answer.body.code, 'log-unavailable');
    t.notMatch(answer.text, /broker/);
  });

  t.test('is 503 for a batch', async (t) => {
    t.equal((await ingest.sendBatch([statement(), statement()])).status, 503);
  });

  t.test('ends an upload at the lines that it did not take', async (t) => {
    const { status, lines } = await ingest.sendLines(`${JSON.stringify(statement())}\n{}\n`);
    t.equal(status, 200);
    t.match(lines, [{ problem: { code: 'log-unavailable', status: 503 } }, { problem: { code: 'invalid-event' } }]);
  });

  t.test('takes the same event again when it is back', async (t) => {
    const event = statement();
    t.equal((await ingest.send(event)).status, 503);
    down = false;
    t.equal((await ingest.send(event)).status, 201);
  });
});

t.test('a log that never answers is 503 after the deadline', async (t) => {
  const ingest = await startIngest(t, {
    appendDeadlineMs: 100,
    wrap: (log) => ({ ...log, describe: () => new Promise(() => undefined) }),
  });
  const started = performance.now();
  t.equal((await ingest.send(statement())).status, 503);
  t.ok(performance.now() - started < 2_000);
});

t.test('a fault of ours is 503 internal-fault', async (t) => {
  const ingest = await startIngest(t, {
    wrap: (log) => ({ ...log, append: () => Promise.reject(new TypeError('bug')) }),
  });
  const answer = await ingest.send(statement());
  t.equal(answer.status, 503);
  t.equal(answer.body.code, 'internal-fault');
  t.notMatch(answer.text, /bug/);
});
