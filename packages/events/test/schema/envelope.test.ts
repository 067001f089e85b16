import { test } from 'tap';
import { parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { crossing, event } from '../sample-events.ts';
import { named } from './errors-of.ts';

const type = 'border-crossing.reported.v1';
function codesOf(attribute: string, value: unknown): string[] {
  const result = parseEvent(event(type, crossing(), { [attribute]: value }));
  return result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`);
}

const taken: Record<string, unknown[]> = {
  id: ['a', '7', 'A-Z.a_z:0~9', 'x'.repeat(128)],
  subject: ['a', '2021-08:claim~1', 'x'.repeat(128)],
  source: [
    'urn:ledgerline:desk:seed',
    'URN:isbn:0451450523',
    'https://desk.example',
    'http://desk.example:8080/a%20b?c=d#e',
    'tag:desk.example,2021:notes',
    'tag:me@desk.example,2021-08-24:x',
    `urn:x:${'y'.repeat(506)}`,
  ],
  time: [
    '2021-08-25T10:15:00Z',
    '2021-08-25t10:15:00.123456789z',
    '2021-08-25T10:15:00+03:00',
    '2020-02-29T23:59:60-00:00',
    '9999-12-31T23:59:59Z',
  ],
  expectedversion: [0, 1, 9007199254740991],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  tracestate: ['a=1,b=2'],
  datacontenttype: ['application/json'],
  dataschema: [
    `/v1/schemas/${type}`,
    `http://127.0.0.1:8080/v1/schemas/${type}`,
    `https://x.example/log/v1/schemas/${type}`,
  ],
};

const refused: Record<string, [code: string, values: unknown[]]> = {
  specversion: ['unknown-value', ['0.3', '1', 1, null]],
  id: ['bad-identifier', ['', '-a', '.a', ':a', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(129), 'a\u0000']],
  subject: ['bad-identifier', ['', '~a', 'x'.repeat(300)]],
  source: [
    'bad-source',
    [
      '',
      '/relative',
      'desk',
      'ftp://desk.example',
      'mailto:a@b.example',
      'javascript:alert(1)',
      'urn:',
      'urn:x',
      'http://',
      'http:///path',
      'tag:desk.example:x',
      'urn:x:a b',
      'urn:x:ä',
      'urn:x:%zz',
      'urn:x:a\n',
      `urn:x:${'y'.repeat(507)}`,
    ],
  ],
  time: [
    'bad-time',
    [
      '2021-08-25',
      '2021-08-25T10:15:00',
      '2021-08-25 10:15:00Z',
      '2021-02-30T10:15:00Z',
      '2021-08-25T24:00:00Z',
      '2021-08-25T10:60:00Z',
      '2021-08-25T10:15:60Z',
      '2021-08-25T10:15Z',
      '2021-08-25T10:15:00+3:00',
      '99999-01-01T00:00:00Z',
      'yesterday',
    ],
  ],
  datacontenttype: ['unknown-value', ['text/plain', 'application/cloudevents+json', '']],
  dataschema: [
    'bad-schema',
    [
      '/v1/schemas/statement.issued.v1',
      'https://x.example/schema.json',
      `ftp://x/v1/schemas/${type}`,
      `/v1/schemas/${type}?x`,
      '',
    ],
  ],
  traceparent: ['bad-character', ['a\r\nb']],
};

await test('attributes as CloudEvents and the contract have them are taken', async (t) => {
  for (const [attribute, values] of Object.entries(taken)) {
    for (const value of values) t.same(codesOf(attribute, value), [], `${attribute} ${named(value)}`);
  }
});

await test('attributes of another form are refused at their own place', async (t) => {
  for (const [attribute, [code, values]] of Object.entries(refused)) {
    for (const value of values) {
      t.same(codesOf(attribute, value), [`/${attribute} ${code}`], `${attribute} ${named(value)}`);
    }
  }
});

await test('attributes of another JSON type are refused', async (t) => {
  for (const attribute of ['id', 'source', 'subject', 'time', 'traceparent', 'tracestate', 'dataschema']) {
    for (const value of [null, 1, true, {}, []]) t.same(codesOf(attribute, value), [`/${attribute} wrong-type`]);
  }
  t.same(codesOf('expectedversion', '1'), ['/expectedversion wrong-type']);
  t.same(codesOf('expectedversion', 1.5), ['/expectedversion not-an-integer']);
  t.same(codesOf('expectedversion', -1), ['/expectedversion out-of-range']);
});

await test('an extension of somebody else is refused by name', async (t) => {
  for (const attribute of ['partitionkey', 'data_base64', 'comexampleother']) {
    t.same(codesOf(attribute, 'x'), [`/${attribute} unknown-field`]);
  }
});
