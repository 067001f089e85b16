/** A dry run against the write that follows it: the same answer, but for what only a place in the log can give. */
import t, { type Test } from 'tap';
import { correction, retraction, statement } from './sample-events.ts';
import { type Answer, type Ingest, startIngest } from './start-ingest.ts';

type Send = (query: string) => Promise<Answer>;

/** What a dry run can't know, taken out of both; what was stored was `valid`. */
function comparable(answer: Answer): unknown {
  const text = answer.text
    .replaceAll(/,?"(?:position|recordedAt)":(?:"[^"]*"|null)/g, '')
    .replaceAll('"status":"stored"', '"status":"valid"');
  const location = answer.headers.get('location');
  return {
    status: answer.status === 201 ? 200 : answer.status,
    text,
    location: answer.status === 201 ? null : location,
  };
}

async function agree(t: Test, ingest: Ingest, send: Send, status: number): Promise<Answer> {
  const before = await ingest.log.ends();
  const dry = await send('?dryRun=true');
  t.same(await ingest.log.ends(), before, 'nothing was written');
  const real = await send('');
  t.equal(real.status, status, 'the status of the real one');
  t.same(comparable(dry), comparable(real));
  return dry;
}

await t.test('a dry run', async (t) => {
  const ingest = await startIngest(t);
  const known = statement();
  const subject = String(known['subject']);
  const gone = statement();
  const stored = await ingest.send(known);
  await ingest.sendBatch([gone, retraction(String(gone['subject']))]);
  const one = async (t: Test, event: unknown, status: number) =>
    await agree(t, ingest, async (query) => await ingest.send(event, query), status);
  const batch = async (t: Test, events: unknown, status: number, more = '') =>
    await agree(
      t,
      ingest,
      async (query) =>
        await ingest.sendBatch(events, query === '' ? more && `?${more}` : `${query}${more && `&${more}`}`),
      status,
    );

  await t.test('of one event says what would become of it', async (t) => {
    const dry = await one(t, statement(), 201);
    t.match(dry.body, { status: 'valid', position: undefined, recordedAt: undefined });
    await one(t, correction(subject), 201);
    await one(t, statement({}, { title: 5 }), 422);
    t.match((await one(t, correction('nobody-knows'), 422)).body, { code: 'unknown-subject' });
    t.match((await one(t, correction(String(gone['subject'])), 422)).body, { code: 'retracted-subject' });
    t.match((await one(t, statement({ subject }), 409)).body, { code: 'subject-exists' });
    t.match((await one(t, correction(subject, { expectedversion: 9 }), 409)).body, { expected: 9, actual: 2 });
    t.match((await one(t, { ...known, time: '2021-01-01T00:00:00Z' }, 409)).body, { code: 'id-reused' });
  });

  await t.test('of a stored event says where it is', async (t) => {
    const { position, recordedAt } = stored.body;
    t.match((await one(t, known, 200)).body, { status: 'duplicate', position, recordedAt });
  });

  await t.test('of a batch counts its earlier events as known', async (t) => {
    const first = statement();
    const its = String(first['subject']);
    await batch(t, [first, correction(its), retraction(its)], 201);
    const [second, other] = [statement(), statement()];
    await batch(t, [second, second, correction(String(second['subject']), { expectedversion: 1 })], 207);
    await batch(t, [other, statement({ subject: other['subject'] })], 207);
    const kept = statement();
    await batch(t, [kept, correction('nobody-knows')], 422);
    await batch(t, [kept, correction('nobody-knows'), statement({}, { title: 5 })], 207, 'atomic=false');
    await batch(t, [known, { ...known, time: '2021-01-01T00:00:00Z' }], 207);
    await batch(t, [{ ...known, time: '2021-01-01T00:00:00Z' }], 409);
    await batch(t, [known], 200);
  });

  await t.test('of lines counts those of earlier groups as known', async (t) => {
    // More than one group holds, so that the correction is judged in another than its claim.
    const claims = Array.from({ length: 1_200 }, () => statement());
    const its = String(claims[0]?.['subject']);
    const events = [...claims, correction(its), correction('nobody-knows'), claims[3], statement({ subject: its })];
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const dry = await agree(t, ingest, async (query) => await ingest.sendLines(lines, query), 200);
    const last = dry.text.trim().split('\n').slice(-4);
    t.match(
      last.map((line) => JSON.parse(line)),
      [
        { status: 'valid' },
        { problem: { code: 'unknown-subject' } },
        { status: 'duplicate' },
        { problem: { code: 'subject-exists' } },
      ],
    );
  });
});

await t.test('a dry run of more lines than are kept ends with 413, after those it took', async (t) => {
  const ingest = await startIngest(t, { maxDryRunLines: 1_000 });
  const lines = (count: number) => Array.from({ length: count }, () => `${JSON.stringify(statement())}\n`).join('');
  const whole = await ingest.sendLines(lines(1_000), '?dryRun=true');
  t.equal(whole.lines.length, 1_000);
  t.ok(whole.lines.every(({ status }) => status === 'valid'));
  const cut = await ingest.sendLines(lines(2_500), '?dryRun=true');
  t.match(cut.lines.at(-1), { status: 'failed', problem: { status: 413, code: 'body-too-large' } });
  t.ok(cut.lines.length > 1_000 && cut.lines.length <= 2_001);
  t.equal((await ingest.sendLines(lines(2_500), '')).lines.filter(({ status }) => status === 'stored').length, 2_500);
});
