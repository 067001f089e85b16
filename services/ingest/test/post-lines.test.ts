import { request } from 'node:http';
import t from 'tap';
import { correction, statement } from './sample-events.ts';
import { type Body, type Ingest, linesOf, startIngest } from './start-ingest.ts';

const line = (event: unknown) => `${JSON.stringify(event)}\n`;

/** An upload whose lines are sent one by one, each when the test says so. */
function upload(ingest: Ingest, headers: Record<string, string> = {}) {
  const answered: Body[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let begun = '';
  const sent = request(`${ingest.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  const ended = Promise.withResolvers<{ status: number; answered: Body[]; text: string }>();
  let text = '';
  sent.on('response', (response) => {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
      const lines = (begun + chunk).split('\n');
      begun = lines.pop() ?? '';
      if (response.statusCode === 200) answered.push(...linesOf(lines.join('\n')));
      for (const { count, resolve } of waiting) if (answered.length >= count) resolve();
    });
    response.on('close', () => ended.resolve({ status: response.statusCode ?? 0, answered, text }));
  });
  sent.on('error', () => ended.resolve({ status: 0, answered, text }));
  return {
    write: (bytes: string) => sent.write(bytes),
    end: () => sent.end(),
    destroy: () => sent.destroy(),
    ended: ended.promise,
    answers: (count: number) =>
      new Promise<Body[]>((resolve) => {
        const done = () => resolve(answered);
        if (answered.length >= count) done();
        else waiting.push({ count, resolve: done });
      }),
  };
}

t.test('an upload of lines', async (t) => {
  const ingest = await startIngest(t);

  t.test('answers a line per event, in order, with the status of each', async (t) => {
    const first = statement();
    const lines = [
      line(first),
      line(first),
      '\n',
      line(statement({}, { title: 5 })),
      'not json\r\n',
      line(null),
      line(correction('nobody-knows')),
      line(correction(String(first['subject']))),
      line(statement({}, { summary: 'x'.repeat(70_000) })),
      JSON.stringify(statement()),
    ];
    const { status, headers, lines: answers } = await ingest.sendLines(lines.join(''));
    t.equal(status, 200);
    t.match(headers.get('content-type'), /^application\/x-ndjson/);
    t.same(
      answers.map((answer) => answer.index),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
    t.same(
      answers.map((answer) => answer.line),
      [1, 2, 4, 5, 6, 7, 8, 9, 10],
    );
    t.same(
      answers.map((answer) => answer.problem?.code ?? answer.status),
      [
        'stored',
        'duplicate',
        'invalid-event',
        'invalid-json',
        'not-an-event',
        'unknown-subject',
        'stored',
        'event-too-large',
        'stored',
      ],
    );
    t.match(answers[2]?.problem, { errors: [{ pointer: '/data/title' }] });
    t.match(answers[0], { source: first['source'], id: first['id'], position: String, recordedAt: String });
    t.equal((await ingest.recorded()).length, 3);
  });

  t.test('an empty upload is 200 without a line', async (t) => {
    const { status, text } = await ingest.sendLines('');
    t.equal(status, 200);
    t.equal(text, '');
  });

  t.test('a dry run stores nothing', async (t) => {
    const before = (await ingest.recorded()).length;
    const { lines } = await ingest.sendLines(line(statement()) + line({}), '?dryRun=true');
    t.same(
      lines.map((answer) => answer.status),
      ['valid', 'failed'],
    );
    t.equal((await ingest.recorded()).length, before);
  });

  t.test('each line is answered before the next is sent', async (t) => {
    const sent = upload(ingest);
    for (let count = 1; count <= 3; count++) {
      sent.write(line(statement()));
      const answers = await sent.answers(count);
      t.equal(answers[count - 1]?.status, 'stored');
    }
    sent.end();
    const { status, answered } = await sent.ended;
    t.equal(status, 200);
    t.equal(answered.length, 3);
  });

  t.test('a line that the client did not finish is not taken', async (t) => {
    const [whole, cut] = [statement(), statement()];
    const sent = upload(ingest);
    sent.write(line(whole) + JSON.stringify(cut));
    await sent.answers(1);
    sent.destroy();
    await sent.ended;
    t.equal((await ingest.send(cut)).status, 201, 'it is not a duplicate');
    t.equal((await ingest.send(whole)).status, 200);
  });

  t.test('many lines, of many subjects and several events each, keep each subject in order', async (t) => {
    const firsts = Array.from({ length: 2_000 }, () => statement());
    const all = firsts.flatMap((first) => {
      const subject = String(first['subject']);
      return [first, correction(subject, { expectedversion: 1 }), correction(subject, { expectedversion: 2 })];
    });
    const { lines } = await ingest.sendLines(all.map(line).join(''));
    t.equal(lines.length, 6_000);
    t.same(new Set(lines.map((answer) => answer.status)), new Set(['stored']));
    t.same(
      lines.map((answer) => answer.id),
      all.map((event) => event['id']),
    );
  });

  t.test('a query parameter that is wrong is 400 before anything is read', async (t) => {
    t.equal((await ingest.sendLines(line(statement()), '?atomic=maybe')).status, 400);
  });
});

t.test('an upload over the limit', async (t) => {
  const ingest = await startIngest(t, { maxUploadBytes: 3_000 });

  t.test('is 413 where it says so itself', async (t) => {
    const { status, body } = await ingest.sendLines(line(statement({}, { summary: 'x'.repeat(1_900) })).repeat(2));
    t.equal(status, 413);
    t.equal(body.code, 'body-too-large');
  });

  t.test('ends at the line that was still within it', async (t) => {
    const sent = upload(ingest);
    sent.write(line(statement()));
    await sent.answers(1);
    sent.write(line(statement({}, { summary: 'x'.repeat(1_900) })));
    sent.write(line(statement({}, { summary: 'x'.repeat(1_900) })));
    const { answered } = await sent.ended;
    t.match(answered.at(-1), { status: 'failed', problem: { code: 'body-too-large', status: 413 } });
    t.equal((await ingest.recorded()).length, answered.filter((one) => one.status === 'stored').length);
  });
});

t.test('an upload that stands still', async (t) => {
  const ingest = await startIngest(t, { bodyStallMs: 200 });

  t.test('before its first line is 408', async (t) => {
    const sent = upload(ingest);
    sent.write('{"specversion"');
    const { status, text } = await sent.ended;
    t.equal(status, 408);
    t.match(JSON.parse(text), { code: 'request-timeout' });
  });

  t.test('after a line ends with a line that says so', async (t) => {
    const sent = upload(ingest);
    sent.write(line(statement()));
    const { answered } = await sent.ended;
    t.match(answered, [{ status: 'stored' }, { index: 1, status: 'failed', problem: { code: 'request-timeout' } }]);
  });
});

t.test('an upload that outlives its service ends with a line that says so', async (t) => {
  const ingest = await startIngest(t);
  const sent = upload(ingest);
  sent.write(line(statement()));
  await sent.answers(1);
  const stopped = ingest.stop();
  const { answered } = await sent.ended;
  t.match(answered, [{ status: 'stored' }, { status: 'failed', problem: { code: 'stopping', status: 503 } }]);
  await stopped;
});
