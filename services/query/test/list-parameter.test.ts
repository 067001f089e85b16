import fc from 'fast-check';
import t from 'tap';
import { parseList } from '../src/filters/list-parameter.ts';

t.test('a comma separates values, an escaped comma is part of one', (t) => {
  t.strictSame(parseList('LT,LV'), { negated: false, values: ['LT', 'LV'] });
  t.strictSame(parseList(String.raw`Smith\, John,Doe`), { negated: false, values: ['Smith, John', 'Doe'] });
  t.end();
});

t.test('a leading exclamation mark negates the whole list, an escaped one is part of the value', (t) => {
  t.strictSame(parseList('!LT,LV'), { negated: true, values: ['LT', 'LV'] });
  t.strictSame(parseList(String.raw`\!LT`), { negated: false, values: ['!LT'] });
  t.end();
});

t.test('a list with an empty value is none', (t) => {
  for (const text of ['', '!', ',', 'a,', ',a', 'a,,b']) t.equal(parseList(text), null, JSON.stringify(text));
  t.end();
});

t.test('any values written with escapes are read as they were', (t) => {
  const value = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(fc.uniqueArray(value, { minLength: 1 }), fc.boolean(), (values, negated) => {
      const text = values.map((one) => one.replaceAll(/[\\,!]/g, String.raw`\$&`)).join(',');
      t.strictSame(parseList((negated ? '!' : '') + text), { negated, values }, { diagnostic: false });
    }),
    { numRuns: 200 },
  );
  t.end();
});
