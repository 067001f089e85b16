import { test } from 'tap';
import { chainOf, seriesKeyOf } from '../../src/figures/series.ts';

await test('a series is measure, unit and a border, else a country, else none', async (t) => {
  const base = { measure: 'crossings', unit: 'person' };
  t.equal(seriesKeyOf({ ...base, border: 'BY-LT', country: 'LT' }), 'crossings:person:BY-LT');
  t.equal(seriesKeyOf({ ...base, country: 'LT' }), 'crossings:person:LT');
  t.equal(seriesKeyOf(base), 'crossings:person:-');
  t.equal(
    seriesKeyOf({ measure: 'other:balloon-flights', unit: 'flight', country: 'LT' }),
    'other.balloon-flights:flight:LT',
  );
});

await test('a chain is the authority, else the first that told, else the publisher', async (t) => {
  const told = [{ publisher: 'A paper', attribution: ['Border service', 'An agency'] }, { publisher: 'Another' }];
  t.equal(chainOf({ authority: 'The ministry' }, told), 'The ministry');
  t.equal(chainOf({}, told), 'Border service');
  t.equal(chainOf({}, [{ publisher: 'A paper', attribution: [] }]), 'A paper');
  t.equal(chainOf({}, [{ publisher: 'A paper' }]), 'A paper');
});
