import t from 'tap';
import { correction, retraction, statement } from './sample-events.ts';
import { startIngest } from './start-ingest.ts';

t.test('one event', async (t) => {
  const ingest = await startIngest(t);

  t.test('a valid event is stored, and what is recorded equals what was sent', async (t) => {
    const event = statement({ source: 'https://desk.example/news?a=b', time: '2999-01-01T00:00:00Z' });
    const { status, headers, body } = await ingest.send(event);
    t.equal(status, 201);
    t.equal(headers.get('location'), `/v1/events/https%3A%2F%2Fdesk.example%2Fnews%3Fa%3Db/${event['id']}`);
    t.match(body, { status: 'stored', source: event['source'], id: event['id'], subject: event['subject'] });
    t.match(body.recordedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    t.match(body.position, /^[A-Za-z0-9_-]+$/);
    t.match(await ingest.recorded(), [event]);
  });

  t.test('the same event again is a duplicate with the position of the first', async (t) => {
    const event = statement();
    const first = await ingest.send(event);
    const again = await ingest.send({
      ...event,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    t.equal(again.status, 200);
    t.match(again.body, {
      status: 'duplicate',
      position: first.body.position,
      recordedAt: first.body.recordedAt,
    });
    t.equal(again.headers.get('location'), first.headers.get('location'));
  });

  t.test('a known id with other content is 409 id-reused', async (t) => {
    const event = statement();
    await ingest.send(event);
    const { status, body } = await ingest.send({ ...event, time: '2021-08-25T00:00:00Z' });
    t.equal(status, 409);
    t.match(body, { type: '/problems/id-reused', code: 'id-reused', status: 409, instance: '/v1/events' });
  });

  t.test('a known id with invalid other content is 422 before it is 409', async (t) => {
    const event = statement();
    await ingest.send(event);
    const { status } = await ingest.send({ ...event, data: {} });
    t.equal(status, 422);
  });

  t.test('another number of events than expected is 409 with both numbers', async (t) => {
    const { status, body } = await ingest.send(statement({ expectedversion: 3 }));
    t.equal(status, 409);
    t.match(body, { code: 'version-conflict', expected: 3, actual: 0 });
  });

  t.test('a second first event of a subject is 409 subject-exists', async (t) => {
    const event = statement();
    await ingest.send(event);
    const { status, body } = await ingest.send(statement({ subject: event['subject'] }));
    t.equal(status, 409);
    t.equal(body.code, 'subject-exists');
  });

  t.test('a correction of a subject that is not there is 422 unknown-subject with a pointer', async (t) => {
    const { status, body } = await ingest.send(correction('nobody-knows'));
    t.equal(status, 422);
    t.match(body, { code: 'unknown-subject', errors: [{ pointer: '/subject', code: 'unknown-subject' }] });
  });

  t.test('a correction of a retracted subject is 422 retracted-subject', async (t) => {
    const event = statement();
    const subject = String(event['subject']);
    await ingest.send(event);
    t.equal((await ingest.send(retraction(subject))).status, 201);
    const { status, body } = await ingest.send(correction(subject));
    t.equal(status, 422);
    t.equal(body.code, 'retracted-subject');
  });

  t.test('all errors of an event are named at once, each with its pointer', async (t) => {
    const event = statement({ id: 'x'.repeat(300), extra: 1 }, { title: 5, nonsense: true });
    const { status, body } = await ingest.send(event);
    t.equal(status, 422);
    t.equal(body.code, 'invalid-event');
    const pointers = body.errors.map((error) => error['pointer']);
    t.same(pointers.toSorted(), ['/data/nonsense', '/data/title', '/extra', '/id']);
  });

  t.test('a dry run answers as if, and stores nothing', async (t) => {
    const before = (await ingest.recorded()).length;
    const event = statement();
    const { status, body } = await ingest.send(event, '?dryRun=true');
    t.equal(status, 200);
    t.match(body, { status: 'valid', source: event['source'], id: event['id'], subject: event['subject'] });
    t.equal((await ingest.send(statement({}, { title: 5 }), '?dryRun=true')).status, 422);
    t.equal((await ingest.recorded()).length, before);
  });

  t.test('what is recorded is on one line, however it was sent', async (t) => {
    const event = statement({}, { summary: 'two\nlines' });
    const { status } = await ingest.post(JSON.stringify(event, null, 2), { 'content-type': 'application/json' });
    t.equal(status, 201);
    const ends = await ingest.log.ends();
    for (const [partition, end] of ends.entries()) {
      for await (const batch of ingest.log.read(partition, 0, end, 1_000)) {
        for (const { value } of batch.records) t.notMatch(value.toString(), /[\r\n]/);
      }
    }
    t.match(await ingest.recorded(), { length: (await ingest.recorded()).length });
    t.ok((await ingest.recorded()).some((recorded) => recorded['id'] === event['id']));
  });

  t.test('an unknown query parameter is 400 and names the nearest', async (t) => {
    const { status, body } = await ingest.send(statement(), '?dryrun=true');
    t.equal(status, 400);
    t.match(body, { code: 'unknown-parameter', errors: [{ parameter: 'dryrun', message: /dryRun/ }] });
  });

  t.test('of twenty that send one event at once all get one position, and one of them stored it', async (t) => {
    const event = statement();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ingest.send(event)));
    t.equal(answers.filter(({ status }) => status === 201).length, 1);
    t.equal(answers.filter(({ status }) => status === 200).length, 19);
    t.equal(new Set(answers.map(({ body }) => body.position)).size, 1);
    t.equal((await ingest.recorded()).filter((recorded) => recorded['id'] === event['id']).length, 1);
  });

  t.test('of fifty that expect no event of a subject before theirs one wins', async (t) => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ingest.send(statement({ subject: 'contended', expectedversion: 0 }))),
    );
    t.equal(answers.filter(({ status }) => status === 201).length, 1);
    t.equal(answers.filter(({ status, body }) => status === 409 && body.code === 'version-conflict').length, 49);
  });
});
