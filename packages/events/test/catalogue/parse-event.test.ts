import * as fc from 'fast-check';
import { test } from 'tap';
import { arbitraryEvent } from '../../../testkit/src/arbitrary-events.ts';
import { decodeEvent, eventTypes, parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { crossing, event, measure, quantity, statement, statusChange } from '../sample-events.ts';

const reported = 'border-crossing.reported.v1';
const errorsOf = (value: unknown) => {
  const result = parseEvent(value);
  return result.ok ? [] : result.errors;
};
const correct = (corrected: unknown) => event('claim.corrected.v1', { corrected, reason: 'transcription' });
const brief = (value: unknown) => errorsOf(value).map(({ pointer, code }) => `${pointer} ${code}`);

await test('any valid event is taken, and parsing it again changes nothing', async (t) => {
  fc.assert(
    fc.property(arbitraryEvent, (value) => {
      const sent = JSON.stringify(value);
      const first = parseEvent(value);
      if (!first.ok) throw new Error(JSON.stringify(first.errors));
      t.equal(JSON.stringify(value), sent, 'what was sent is left as it is');
      t.same(parseEvent(first.event), first);
      t.same(decodeEvent(value), first);
      t.same(decodeEvent(value, true), first, 'the short way gives the same');
      t.equal(JSON.stringify(value), sent, 'and leaves what was written as it is');
    }),
    { numRuns: 200 },
  );
});

await test('lists that are not given are empty, and nothing else is added', async (t) => {
  const result = parseEvent(event('statement.issued.v1', statement()));
  t.ok(result.ok);
  if (result.ok) t.same(result.event.data, { ...statement(), places: [], quantities: [], relations: [], tags: [] });
});

await test('everything that is wrong is named at once, in envelope and data, each at its own place', async (t) => {
  const bad: Record<string, unknown> = event(reported, {
    title: 'two\nlines',
    occurred: { edtf: '2021-02-30', basis: 'guessed', more: 1 },
    quantities: [quantity({ value: '5', lower: 1 }), quantity({ qualifier: 'range', upper: 2, lower: 3 })],
    outcome: 'flew',
    'a/b~c': 1,
  });
  bad['source'] = 'nobody';
  bad['extra'] = true;
  delete bad['id'];
  t.same(
    new Set(brief(bad)),
    new Set([
      '/id missing-field',
      '/source bad-source',
      '/extra unknown-field',
      '/data/title bad-character',
      '/data/occurred/edtf bad-date',
      '/data/occurred/basis unknown-value',
      '/data/occurred/more unknown-field',
      '/data/reports missing-field',
      '/data/quantities/0/value wrong-type',
      '/data/quantities/0/lower field-not-allowed',
      '/data/quantities/1/value field-not-allowed',
      '/data/quantities/1/lower bounds-out-of-order',
      '/data/outcome unknown-value',
      '/data/a~1b~0c unknown-field',
    ]),
  );
  for (const { message } of errorsOf(bad)) t.match(message, /^(is|must) /);
});

await test('the envelope of an unknown type is checked all the same', async (t) => {
  t.same(
    brief({
      type: 'border-crossing.reported.v9',
      id: '!',
      foo: 1,
      subject: 'a',
      specversion: '1.0',
      source: 'urn:a:b',
    }),
    ['/id bad-identifier', '/data missing-field', '/foo unknown-field', '/type unknown-type'],
  );
  t.same(brief({ ...event(reported, crossing()), type: 7 }), ['/type wrong-type']);
  const { type: _, ...untyped } = event(reported, crossing());
  t.same(brief(untyped), ['/type missing-field']);
});

await test('what is no object is one error at the root', async (t) => {
  for (const value of [null, undefined, 1, 'x', true, [], [event(reported, crossing())]]) {
    t.same(brief(value), [' wrong-type']);
  }
});

await test('__proto__ and constructor are unknown fields like any other', async (t) => {
  const value = JSON.parse(
    JSON.stringify(event(reported, crossing())).replace('{', '{"__proto__":{"x":1},"constructor":1,'),
  );
  t.same(brief(value), ['/__proto__ unknown-field', '/constructor unknown-field']);
  t.same(brief({ type: 'toString' }).at(-1), '/type unknown-type');
});

await test('a correction is checked against the kind its data is of', async (t) => {
  for (const data of [crossing(), statement(), measure()]) t.same(brief(correct(data)), []);
  t.same(brief(correct(crossing({ outcome: 'flew' }))), ['/data/corrected/outcome unknown-value']);
  t.same(brief(correct(statement({ actors: [] }))), ['/data/corrected/actors no-speaker']);
  t.same(brief(correct({ ...statement(), outcome: 'crossed' })), ['/data/corrected/outcome unknown-field']);
  const { outcome: _, ...noKind } = crossing();
  t.same(brief(correct(noKind)), ['/data/corrected unknown-kind']);
  t.same(brief(correct('x')), ['/data/corrected wrong-type']);
  t.same(brief(event('claim.corrected.v1', { reason: 'transcription' })), ['/data/corrected missing-field']);
});

await test('a claim cannot be related to itself', async (t) => {
  const relations = [
    { type: 'updates', target: 'other' },
    { type: 'updates', target: 'claim-1' },
  ];
  t.same(brief(event(reported, crossing({ relations }))), ['/data/relations/1/target self-relation']);
  const corrected = crossing({ relations });
  t.same(brief(event('claim.corrected.v1', { corrected, reason: 'transcription' })), [
    '/data/corrected/relations/1/target self-relation',
  ]);
  for (const type of ['claims.linked.v1', 'claims.unlinked.v1']) {
    t.same(brief(event(type, { relation: 'quotes', target: 'claim-1' })), ['/data/target self-relation']);
  }
});

await test('every type of the contract takes its data and no other type’s', async (t) => {
  const samples: Record<string, unknown> = {
    [reported]: crossing(),
    'statement.issued.v1': statement(),
    'measure.adopted.v1': measure(),
    'measure.status-changed.v1': statusChange(),
    'claim.corrected.v1': { corrected: measure(), reason: 'duplicate', note: 'a\n\tb' },
    'claim.retracted.v1': { reason: 'unlawful' },
    'claims.linked.v1': { relation: 'same-incident', target: 'x' },
    'claims.unlinked.v1': { relation: 'same-incident', target: 'x', note: '' },
  };
  t.same(Object.keys(samples), eventTypes);
  const alike = new Set(['claims.linked.v1', 'claims.unlinked.v1']);
  for (const type of eventTypes) {
    for (const [other, data] of Object.entries(samples)) {
      const takes = type === other || (alike.has(type) && alike.has(other));
      t.equal(parseEvent(event(type, data)).ok, takes, `${type} with the data of ${other}`);
    }
  }
});

await test('no text makes a pattern take more than linear time', async (t) => {
  const long = 60_000;
  const hostile = [
    `http://${'a'.repeat(long)} `,
    'a'.repeat(long),
    '-a'.repeat(long),
    '0'.repeat(long),
    `urn:${'a:'.repeat(long)}`,
  ];
  const before = process.cpuUsage();
  for (const text of hostile) {
    const reports = [{ publisher: text, publishedOn: text, url: text, language: text }];
    const figure = quantity({ measure: `other:${text}`, unit: text, border: text, period: text });
    const data = { ...crossing({ title: text, reports, quantities: [figure] }), minimumDuration: `P${text}` };
    t.notOk(parseEvent(event(reported, data, { id: text, source: text, time: text, dataschema: text })).ok);
  }
  t.ok(process.cpuUsage(before).user < 1_000_000, 'under a second for all');
});
