/** What an unlawful claim says is gone from everything that the query service answers, and that it was there is not. */
import t from 'tap';
import { redactedSchema, redactionsSchema } from '../src/openapi/redaction-operations.ts';
import { correction, crossing, crossingData, link, quantity, retraction, statement } from './fixture/event-builders.ts';
import { createProjectedApp } from './fixture/projected-app.ts';
import { readStream } from './stream/read-stream.ts';
import { caughtUp } from './stream/stream-app.ts';

const query = await createProjectedApp(t);
type Events = Parameters<typeof query.append>[0];
const append = async (...events: object[]) => await query.append(events as unknown as Events);

const secret = 'Jane Doe of 7 Hidden Street';
const anyOfHer = /jane|hidden/i;
const her = {
  title: secret,
  summary: secret,
  tags: [secret],
  places: [{ name: secret, role: 'area', countries: ['LT'] }],
  actors: [{ name: secret, kind: 'person', role: 'speaker' }],
  publisher: secret,
  quantities: [quantity({ text: secret, authority: secret, border: 'LT-LV' })],
};
const series = 'crossings:person:LT-LV';

/** Every read there is, in every format: each says something of her before, or at least could. */
const reads: readonly (readonly [url: string, accept?: string])[] = [
  ['/v1/events?limit=1000'],
  ['/v1/events?limit=1000', 'application/x-ndjson'],
  ['/v1/events?subject=her&view=full'],
  ['/v1/timeline?state=all'],
  ['/v1/timeline?state=all&q=hidden'],
  ['/v1/timeline?state=all&knownBy=2030-01-01&facets=publisher,kind'],
  ...['csv', 'ndjson', 'geojson', 'jsonfeed', 'atom', 'timelinejs', 'ics'].map(
    (format) => [`/v1/timeline?state=all&format=${format}`] as const,
  ),
  ['/v1/claims/her'],
  ['/v1/claims/her/history'],
  ['/v1/incidents/her'],
  ['/v1/changes?after=earliest'],
  ['/v1/measures'],
  ['/v1/statistics/series'],
  [`/v1/statistics/series/${series}`],
  [`/v1/statistics/series/${series}/conflicts?verdict=all`],
  ['/v1/statistics/counts?by=publisher&state=all'],
  ['/v1/actors'],
  ['/v1/places'],
  ['/v1/publishers'],
  ['/v1/admin/parked'],
  ['/v1/admin/rebuilds'],
];

async function telling(): Promise<string[]> {
  const found: string[] = [];
  for (const [url, accept] of reads) {
    const answer = await query.get(url, accept === undefined ? {} : { accept });
    if (answer.status !== 200 && answer.status !== 404) throw new Error(`${url}: ${answer.status} ${answer.text}`);
    if (anyOfHer.test(answer.text)) found.push(url);
  }
  return found;
}

await append(
  statement('other'),
  crossing('her', her),
  correction('her', crossingData({ ...her, title: `${secret}, again` }), { note: secret }),
  link('her', 'same-incident', 'other'),
);

t.test('what was recorded is in nearly every read', async (t) => {
  const found = await telling();
  t.ok(found.length > 18, found.join('\n'));
});

t.test('only what was retracted as unlawful is redacted', async (t) => {
  const body = { subject: 'her', reason: 'a court said so' };
  t.match(await query.post('/v1/admin/redactions', body), { status: 409, json: { code: 'not-unlawful' } });
  t.equal((await query.post('/v1/admin/redactions', { ...body, subject: 'nobody' })).status, 404);
  t.equal((await query.post('/v1/admin/redactions', { subject: 'her' })).status, 422);
  await append(retraction('her', 'unlawful'));
  t.match((await query.get('/v1/events?subject=her')).text, secret, 'the raw log still has it');
  const redacted = await query.post('/v1/admin/redactions', body);
  t.equal(redacted.status, 200, redacted.text);
  t.match(redactedSchema.parse(redacted.json), { subject: 'her', records: 4 });
});

t.test('after that no read says anything of it', async (t) => {
  t.strictSame(await telling(), []);
  const events = (await query.get('/v1/events?subject=her')).json as { items: { event: { redacted?: boolean } }[] };
  t.strictSame(
    events.items.map(({ event }) => event.redacted),
    [true, true, true, true],
    'that there was something stays to be seen',
  );
  t.match(redactionsSchema.parse((await query.get('/v1/admin/redactions')).json), {
    items: [{ subject: 'her', records: 4 }],
  });
});

t.test('nor does a stream from the beginning, of events or of changes', async (t) => {
  const baseUrl = await query.app.listen({ host: '127.0.0.1', port: 0 });
  for (const deliver of ['events', 'changes']) {
    const reader = await readStream(`${baseUrl}/v1/stream?deliver=${deliver}&after=earliest`);
    await caughtUp(reader);
    t.match(reader.text(), '"her"');
    t.notMatch(reader.text(), anyOfHer);
    reader.cut();
  }
});
