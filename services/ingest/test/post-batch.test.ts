import t from 'tap';
import { correction, retraction, statement } from './sample-events.ts';
import { type Answer, startIngest } from './start-ingest.ts';

const statuses = (answer: Answer) => answer.body.results.map((result) => result.status);

t.test('a batch', async (t) => {
  const ingest = await startIngest(t);
  const ids = async () => new Set((await ingest.recorded()).map((event) => event['id']));

  t.test('all stored is 201, with results in order and one position', async (t) => {
    const events = [statement(), statement(), statement()];
    const answer = await ingest.sendBatch(events);
    t.equal(answer.status, 201);
    t.equal(answer.headers.get('location'), null);
    t.same(
      answer.body.results.map((result) => [result.index, result.id]),
      events.map((event, index) => [index, event['id']]),
    );
    t.match(answer.body.position, /^[A-Za-z0-9_-]+$/);
  });

  t.test('all duplicates is 200, some of them 207', async (t) => {
    const events = [statement(), statement()];
    await ingest.sendBatch(events);
    const again = await ingest.sendBatch(events);
    t.equal(again.status, 200);
    t.same(statuses(again), ['duplicate', 'duplicate']);
    const mixed = await ingest.sendBatch([...events, statement()]);
    t.equal(mixed.status, 207);
    t.same(statuses(mixed), ['duplicate', 'duplicate', 'stored']);
  });

  t.test('conflicts do not keep others from being stored', async (t) => {
    const event = statement();
    await ingest.send(event);
    const answer = await ingest.sendBatch([
      { ...event, time: '2021-01-01T00:00:00Z' },
      statement(),
      statement({ expectedversion: 7 }),
    ]);
    t.equal(answer.status, 207);
    t.same(statuses(answer), ['failed', 'stored', 'failed']);
    t.match(answer.body.results[0]?.problem, { status: 409, code: 'id-reused' });
    t.match(answer.body.results[2]?.problem, { status: 409, code: 'version-conflict', expected: 7, actual: 0 });
  });

  t.test('conflicts alone give their own status', async (t) => {
    const event = statement();
    await ingest.send(event);
    const answer = await ingest.sendBatch([{ ...event, time: '2021-01-01T00:00:00Z' }]);
    t.equal(answer.status, 409);
    t.match(answer.body, { code: 'id-reused', results: [{ index: 0, status: 'failed' }], position: null });
  });

  t.test('earlier events of the batch count as known', async (t) => {
    const first = statement();
    const subject = String(first['subject']);
    const answer = await ingest.sendBatch([first, correction(subject), retraction(subject)]);
    t.equal(answer.status, 201, answer.text);
  });

  t.test('an unknown subject keeps the whole batch out, and is named by its index', async (t) => {
    const events = [statement(), correction('nobody-knows'), statement()];
    const answer = await ingest.sendBatch(events);
    t.equal(answer.status, 422);
    t.match(answer.body, { code: 'unknown-subject', errors: [{ pointer: '/1/subject', code: 'unknown-subject' }] });
    const stored = await ids();
    for (const event of events) t.notOk(stored.has(event['id']));
  });

  t.test('an invalid event keeps the whole batch out, and every error is named', async (t) => {
    const events = [statement(), statement({}, { title: 5 }), statement({ id: '' })];
    const answer = await ingest.sendBatch(events);
    t.equal(answer.status, 422);
    t.same(
      answer.body.errors.map((error) => error['pointer']),
      ['/1/data/title', '/2/id'],
    );
    t.notOk((await ids()).has(events[0]?.['id']));
  });

  t.test('with atomic=false each event stands for itself', async (t) => {
    const events = [
      statement(),
      statement({}, { title: 5 }),
      correction('nobody-knows'),
      statement({ subject: 'fine' }),
    ];
    const answer = await ingest.sendBatch(events, '?atomic=false');
    t.equal(answer.status, 207);
    t.same(statuses(answer), ['stored', 'failed', 'failed', 'stored']);
    t.match(answer.body.results[1], {
      index: 1,
      id: events[1]?.['id'],
      problem: { code: 'invalid-event', errors: [{ pointer: '/data/title' }] },
    });
    t.match(answer.body.results[2]?.problem, { code: 'unknown-subject' });
    t.ok((await ids()).has('fine') || (await ids()).has(events[3]?.['id']));
  });

  t.test('with atomic=false failures alone are 207, and all stored is still 201', async (t) => {
    t.equal((await ingest.sendBatch([statement({}, { title: 5 })], '?atomic=false')).status, 207);
    t.equal((await ingest.sendBatch([statement()], '?atomic=false')).status, 201);
  });

  t.test('with atomic=false an event that is too large fails alone', async (t) => {
    const answer = await ingest.sendBatch(
      [statement({}, { summary: 'x'.repeat(70_000) }), statement()],
      '?atomic=false',
    );
    t.equal(answer.status, 207);
    t.match(answer.body.results[0]?.problem, { status: 413, code: 'event-too-large' });
    t.equal(answer.body.results[0]?.problem?.errors, undefined, 'nothing points into the batch');
    t.same(statuses(answer), ['failed', 'stored']);
  });

  t.test('the same event twice in one batch is stored once', async (t) => {
    const event = statement();
    const answer = await ingest.sendBatch([event, event]);
    t.equal(answer.status, 207);
    t.same(statuses(answer), ['stored', 'duplicate']);
    t.equal(answer.body.results[0]?.position, answer.body.results[1]?.position);
  });

  t.test('a dry run stores nothing', async (t) => {
    const events = [statement(), statement()];
    const answer = await ingest.sendBatch(events, '?dryRun=true');
    t.equal(answer.status, 200);
    t.same(statuses(answer), ['valid', 'valid']);
    t.notOk((await ids()).has(events[0]?.['id']));
    t.equal((await ingest.sendBatch([statement(), statement({}, { title: 5 })], '?dryRun=true')).status, 422);
    t.same(statuses(await ingest.sendBatch([statement(), statement({}, { title: 5 })], '?dryRun=true&atomic=false')), [
      'valid',
      'failed',
    ]);
  });

  t.test('a thousand events are taken', async (t) => {
    const answer = await ingest.sendBatch(Array.from({ length: 1_000 }, () => statement()));
    t.equal(answer.status, 201);
    t.equal(answer.body.results.length, 1_000);
  });
});
