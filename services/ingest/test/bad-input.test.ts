/**
 * What each bad body gets, from promises.md, "Bad input": over a real socket, on a real log, which holds nothing of it
 * afterwards.
 */
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { crossing, quantity, statement } from './sample-events.ts';
import { startIngest } from './start-ingest.ts';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

type Case = {
  readonly body: string | Buffer;
  readonly type?: string | null;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
  /** Pointers that `errors` must name, all of them. */
  readonly pointers?: readonly string[];
};

/** A valid event as text, with one piece of it put in raw. */
const withRaw = (raw: string) => JSON.stringify(statement({}, { title: '@@' })).replace('"@@"', raw);
const json = (event: unknown) => JSON.stringify(event);
const invalid = { status: 422, code: 'invalid-event' };
const notJson = { status: 400, code: 'invalid-json' };
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index]));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const large = (bytes: number) => json(statement({}, { summary: 'x'.repeat(bytes) }));

const cases: Record<string, Case> = {
  // 415
  'no content type': { body: Buffer.from(json(statement())), type: null, status: 415, code: 'unsupported-media-type' },
  XML: { body: '<event/>', type: 'application/xml', status: 415, code: 'unsupported-media-type' },
  'a form': { body: 'a=b', type: 'application/x-www-form-urlencoded', status: 415, code: 'unsupported-media-type' },
  'plain text': { body: json(statement()), type: 'text/plain', status: 415, code: 'unsupported-media-type' },
  'a malformed content type': {
    body: '{}',
    type: 'application/json garbage',
    status: 415,
    code: 'unsupported-media-type',
  },
  'UTF-16 by charset': { body: '{}', type: `${STRUCTURED}; charset=utf-16`, status: 415, code: 'unsupported-encoding' },
  'a gzip body': {
    body: gzipSync(json(statement())),
    headers: { 'content-encoding': 'gzip' },
    status: 415,
    code: 'unsupported-encoding',
  },
  'an unknown type before a body that is too large': {
    body: 'x'.repeat(2_000_000),
    type: 'text/csv',
    status: 415,
    code: 'unsupported-media-type',
  },
  // 413
  'a body over 1 MiB': { body: large(1_100_000), status: 413, code: 'body-too-large' },
  'an event over 64 KiB': { body: large(65_536), status: 413, code: 'event-too-large' },
  'an event over 64 KiB that is no JSON': { body: '{'.repeat(70_000), status: 413, code: 'event-too-large' },
  'a batch over 8 MiB': { body: `[${'1,'.repeat(4_200_000)}1]`, type: BATCH, status: 413, code: 'body-too-large' },
  'a batch of 1,001': {
    body: json(Array.from({ length: 1_001 }, () => statement())),
    type: BATCH,
    status: 413,
    code: 'batch-too-long',
  },
  'a batch with one event over 64 KiB': {
    body: `[${json(statement())},${large(65_536)}]`,
    type: BATCH,
    status: 413,
    code: 'event-too-large',
    pointers: ['/1'],
  },
  // 400
  'an opening brace': { body: '{', ...notJson },
  'an empty body': { body: '', ...notJson },
  'an empty body as a batch': { body: '', type: BATCH, ...notJson },
  null: { body: 'null', status: 400, code: 'not-an-event' },
  'a string': { body: '"event"', status: 400, code: 'not-an-event' },
  'an array as one event': { body: '[]', status: 400, code: 'not-an-event' },
  'an array as application/json': {
    body: json([statement()]),
    type: 'application/json',
    status: 400,
    code: 'not-an-event',
  },
  'an object as a batch': { body: json(statement()), type: BATCH, status: 400, code: 'not-a-batch' },
  NaN: { body: withRaw('NaN'), ...notJson },
  'a trailing comma': { body: `${json(statement()).slice(0, -1)},}`, ...notJson },
  'two events': { body: json(statement()) + json(statement()), ...notJson },
  __proto__: { body: withRaw('{"__proto__":{"admin":true}}'), ...notJson },
  'constructor.prototype': { body: withRaw('{"constructor":{"prototype":{}}}'), ...notJson },
  'a byte order mark': { body: `\ufeff${json(statement())}`, ...notJson },
  'invalid UTF-8': {
    body: Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    ...notJson,
  },
  'UTF-16 unannounced': { body: Buffer.from(json(statement()), 'utf16le'), ...notJson },
  'a depth of 33': { body: withRaw(nested(31)), ...notJson },
  'a depth of 30,000': { body: nested(30_000), ...notJson },
  'duplicate keys': { body: withRaw('"a","title":"b"'), ...notJson },
  'duplicate keys in disguise': { body: withRaw(String.raw`"a","\u0074itle":"b"`), ...notJson },
  '1e400': { body: withRaw('1e400'), ...notJson },
  '2^53+1': { body: withRaw('9007199254740993'), ...notJson },
  NUL: { body: withRaw(String.raw`"a\u0000"`), ...notJson },
  'a lone surrogate': { body: withRaw(String.raw`"\ud83d"`), ...notJson },
  'more than 1,000 keys': { body: withRaw(json(keys(1_001))), ...notJson },
  'a duplicate key in one event of a batch': { body: `[${json(statement())},{"a":1,"a":2}]`, type: BATCH, ...notJson },
  // 422
  'an empty object': { body: '{}', ...invalid, pointers: ['/specversion', '/id', '/source', '/type', '/subject'] },
  'a text where a number belongs': {
    body: json(crossing({}, { quantities: [{ ...quantity, value: '5' }] })),
    ...invalid,
    pointers: ['/data/quantities/0/value'],
  },
  'an unknown attribute': { body: json(statement({ partitionkey: 'a' })), ...invalid, pointers: ['/partitionkey'] },
  'an unknown field': { body: json(statement({}, { colour: 'red' })), ...invalid, pointers: ['/data/colour'] },
  'a missing field': { body: json(statement({}, { content: undefined })), ...invalid, pointers: ['/data/content'] },
  'a missing id': { body: json(statement({ id: undefined })), ...invalid, pointers: ['/id'] },
  'an id of 300 characters': { body: json(statement({ id: 'x'.repeat(300) })), ...invalid, pointers: ['/id'] },
  'an id that begins with a dot': { body: json(statement({ id: '..' })), ...invalid, pointers: ['/id'] },
  'another specversion': { body: json(statement({ specversion: '0.3' })), ...invalid, pointers: ['/specversion'] },
  'an unknown type': { body: json(statement({ type: 'statement.issued.v9' })), ...invalid, pointers: ['/type'] },
  'Feb 30': {
    body: json(statement({}, { occurred: { edtf: '2021-02-30', basis: 'stated' } })),
    ...invalid,
    pointers: ['/data/occurred/edtf'],
  },
  'year 99999': {
    body: json(statement({}, { occurred: { edtf: '99999', basis: 'stated' } })),
    ...invalid,
    pointers: ['/data/occurred/edtf'],
  },
  'a javascript: link': {
    body: json(statement({}, { reports: [{ publisher: 'x', publishedOn: '2021', url: 'javascript:alert(1)' }] })),
    ...invalid,
    pointers: ['/data/reports/0/url'],
  },
  'lower over upper': {
    body: json(
      crossing({}, { quantities: [{ ...quantity, qualifier: 'range', value: undefined, lower: 5, upper: 4 }] }),
    ),
    ...invalid,
    pointers: ['/data/quantities/0'],
  },
  '2^53, which JSON holds': {
    body: json(crossing({}, { quantities: [{ ...quantity, value: 2 ** 53 }] })),
    ...invalid,
    pointers: ['/data/quantities/0/value'],
  },
  'expectedversion as text': {
    body: json(statement({ expectedversion: '0' })),
    ...invalid,
    pointers: ['/expectedversion'],
  },
  'a batch of none': { body: '[]', type: BATCH, status: 422, code: 'empty-batch' },
  'null in a batch': { body: '[null]', type: BATCH, ...invalid, pointers: ['/0'] },
  'one bad of a hundred': {
    body: json(Array.from({ length: 100 }, (_, index) => (index === 41 ? statement({}, { title: 5 }) : statement()))),
    type: BATCH,
    ...invalid,
    pointers: ['/41/data/title'],
  },
};

t.test('bad input', async (t) => {
  const ingest = await startIngest(t);
  for (const [name, { body, type = STRUCTURED, headers, status, code, pointers = [] }] of Object.entries(cases)) {
    t.test(`${name} is ${status} ${code}`, async (t) => {
      const answer = await ingest.post(body, {
        ...(type !== null && { 'content-type': type }),
        ...headers,
      });
      t.equal(answer.status, status, answer.text);
      t.match(answer.headers.get('content-type'), /^application\/problem\+json/);
      t.match(answer.body, { code, status, type: `/problems/${code}`, instance: '/v1/events' });
      const named = (answer.body.errors ?? []).map((error) => error.pointer);
      for (const pointer of pointers) {
        t.ok(
          named.some((one) => one === pointer || one.startsWith(`${pointer}/`)),
          `${pointer} in ${named.join(', ')}`,
        );
      }
    });
  }
  t.test('nothing refused is in the log', async (t) => {
    t.same(await ingest.recorded(), []);
  });
  t.test('what only looks dangerous is stored as it is', async (t) => {
    const summary = 'emoji 😀, right-to-left \u202eabc, <script>alert(1)</script>, =cmd|calc, \u001f'.slice(0, -1);
    const events = [
      statement({ time: '2999-12-31T23:59:59.999+14:00' }),
      statement({}, { summary, title: "' OR 1=1-- %_" }),
      statement({ id: 'x'.repeat(128) }),
    ];
    for (const event of events) t.equal((await ingest.send(event)).status, 201);
    const recorded = await ingest.recorded();
    for (const event of events)
      t.ok(
        recorded.some((one) => JSON.stringify(one) === JSON.stringify(event)),
        String(event['id']),
      );
  });
});
