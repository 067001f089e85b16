import * as fc from 'fast-check';
import { test } from 'tap';
import { parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { codelists } from '../../src/schema/codelists.ts';
import { countryCodes } from '../../src/schema/countries.ts';
import { crossing, event, measure, quantity, statement, statusChange } from '../sample-events.ts';
import { errorsOf, type Json, ofCrossing, ofMeasure, ofPlace, ofQuantity, ofReport, ofStatement } from './errors-of.ts';

await test('an item of a list is refused at its index', async (t) => {
  t.same(ofCrossing({ tags: ['a', ''] }), ['/data/tags/1 too-short']);
  t.same(ofPlace({ countries: ['LT', 'lt'] }), ['/data/places/0/countries/1 bad-country']);
  t.same(ofPlace({ point: [181, -91] }), [
    '/data/places/0/point/0 out-of-range',
    '/data/places/0/point/1 out-of-range',
  ]);
  t.same(ofReport({ attribution: ['x'.repeat(201)] }), ['/data/reports/0/attribution/0 too-long']);
  t.same(ofCrossing({ relations: [{ type: 'likes', target: '?' }] }), [
    '/data/relations/0/type unknown-value',
    '/data/relations/0/target bad-identifier',
  ]);
});

await test('a required field that is missing is named, an optional one may be', async (t) => {
  const required: [check: (data: Json) => string[], sample: Json, fields: string[]][] = [
    [
      (data) => errorsOf('border-crossing.reported.v1', data),
      crossing(),
      ['title', 'occurred', 'reports', 'quantities', 'outcome'],
    ],
    [(data) => errorsOf('statement.issued.v1', data), statement(), ['title', 'occurred', 'reports', 'content']],
    [
      (data) => errorsOf('measure.adopted.v1', data),
      measure(),
      ['title', 'occurred', 'reports', 'measureKind', 'status'],
    ],
    [(data) => errorsOf('measure.status-changed.v1', data), statusChange(), ['status', 'on', 'reports']],
    [(data) => errorsOf('claim.retracted.v1', data), { reason: 'duplicate' }, ['reason']],
    [(data) => errorsOf('claims.linked.v1', data), { relation: 'quotes', target: 'x' }, ['relation', 'target']],
  ];
  for (const [check, sample, fields] of required) {
    for (const field of fields) {
      const { [field]: _, ...rest } = sample;
      t.same(check(rest), [`/data/${field} missing-field`], field);
    }
  }
});

await test('a statement needs a speaker and a measure an adopter, listed or not at all', async (t) => {
  const actor = { name: 'x', kind: 'person', role: 'participant' };
  const { actors: _, ...silent } = statement();
  t.same(errorsOf('statement.issued.v1', silent), ['/data/actors no-speaker']);
  t.same(ofStatement({ actors: [] }), ['/data/actors no-speaker']);
  t.same(ofStatement({ actors: [actor, { ...actor, role: 'adopter' }] }), ['/data/actors no-speaker']);
  t.same(ofMeasure({ actors: [{ ...actor, role: 'speaker' }] }), ['/data/actors no-adopter']);
  t.same(ofMeasure({ actors: [actor, { ...actor, role: 'adopter' }] }), []);
});

await test('a range has both bounds and no value, any other figure a value and no bounds', async (t) => {
  const { value: _, ...bare } = quantity();
  const ofFigure = (fields: Json) => ofCrossing({ quantities: [{ ...bare, ...fields }] });
  t.same(ofFigure({ qualifier: 'range', lower: 3000, upper: 4000 }), []);
  t.same(ofFigure({ qualifier: 'range', lower: 3, upper: 3 }), []);
  t.same(ofFigure({ qualifier: 'range', lower: 4, upper: 3 }), ['/data/quantities/0/lower bounds-out-of-order']);
  t.same(ofFigure({ qualifier: 'range', lower: 3 }), ['/data/quantities/0/upper missing-field']);
  t.same(ofFigure({ qualifier: 'range', lower: 3, upper: 4, value: 3 }), [
    '/data/quantities/0/value field-not-allowed',
  ]);
  for (const qualifier of Object.keys(codelists.qualifier).filter((one) => one !== 'range')) {
    t.same(ofFigure({ qualifier, value: 0 }), []);
    t.same(ofFigure({ qualifier }), ['/data/quantities/0/value missing-field']);
    t.same(ofFigure({ qualifier, value: 1, upper: 2 }), ['/data/quantities/0/upper field-not-allowed']);
  }
});

await test('only a cumulative figure needs a period with an end', async (t) => {
  for (const accounting of ['increment', 'stock']) t.same(ofQuantity({ accounting, period: '2021-08-03/..' }), []);
  t.same(ofQuantity({ accounting: 'cumulative', period: '../2021-08-25' }), []);
});

await test('text comes back code unit for code unit', async () => {
  const allowed = fc
    .string({ unit: 'binary', maxLength: 300 })
    .filter((text) => ofCrossing({ summary: text }).length === 0);
  fc.assert(
    fc.property(allowed, (summary) => {
      const result = parseEvent(event('border-crossing.reported.v1', crossing({ summary })));
      return result.ok && 'summary' in result.event.data && result.event.data.summary === summary;
    }),
  );
});

await test('the countries are those that ISO 3166-1 assigns, each with a name in the platform’s data', async (t) => {
  t.equal(countryCodes.size, 249);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  for (const code of countryCodes) t.type(names.of(code), 'string', code);
});
