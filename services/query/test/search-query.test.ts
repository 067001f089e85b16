import t from 'tap';
import { parseSearch } from '../src/filters/search-query.ts';

const tsqueries: [input: string, tsquery: string | null][] = [
  ['hybrid attack', "'hybrid' & 'attack'"],
  ['"hybrid attack" -migrants', "'hybrid attack' & !'migrants'"],
  ['-"hybrid attack"', "!'hybrid attack'"],
  ['Łukašenka', "'lukasenka'"],
  ["o'brien", "'o brien'"],
  ['a & b | !c <-> d', "'a' & 'b' & '!c' & 'd'"],
  ["' OR 1=1--", "'or' & '1=1--'"],
  ['(a+)+$', "'(a+)+$'"],
];
for (const [input, tsquery] of tsqueries) {
  t.test(`${input} is searched as ${tsquery}`, (t) => {
    t.equal(parseSearch(input)?.tsquery ?? null, tsquery);
    t.end();
  });
}

t.test('an operator without a word is ignored', (t) => {
  for (const input of ['', ' ', '-', '*', '"', '""', '- "" *'])
    t.equal(parseSearch(input), null, JSON.stringify(input));
  t.equal(parseSearch('fence - ""')?.tsquery, "'fence'");
  t.end();
});

t.test('a beginning is looked up by its possible stems and checked by the text', (t) => {
  const found = parseSearch('crossi* -turn*');
  t.equal(found?.tsquery, "('crossi':* | 'cross' | 'cros' | 'cro' | 'cr')");
  t.strictSame(found?.beginnings, [
    { pattern: String.raw`\mcrossi`, negated: false },
    { pattern: String.raw`\mturn`, negated: true },
  ]);
  t.equal(parseSearch('a.b*')?.beginnings[0]?.pattern, String.raw`\ma\.b`);
  t.end();
});
