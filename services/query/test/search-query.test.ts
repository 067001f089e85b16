import t from 'tap';
import { parseSearch } from '../src/filters/search-query.ts';

const queries: [input: string, wanted: string | null, unwanted?: string][] = [
  ['hybrid attack', "'hybrid' & 'attack'"],
  ['"hybrid attack" -migrants', "'hybrid attack'", "'migrants'"],
  ['-"hybrid attack" -fence', null, "'hybrid attack' | 'fence'"],
  ['Łukašenka', "'lukasenka'"],
  ["o'brien", "'o brien'"],
  ['a & b | !c <-> d', "'a' & 'b' & '!c' & 'd'"],
  ["' OR 1=1--", "'or' & '1=1--'"],
  ['(a+)+$', "'(a+)+$'"],
];
for (const [input, wanted, unwanted = null] of queries) {
  t.test(`${input} is searched as ${wanted} without ${unwanted}`, (t) => {
    t.match(parseSearch(input), { wanted, unwanted });
    t.end();
  });
}

t.test('words are looked for literally as whole words, phrases with anything but letters between', (t) => {
  t.strictSame(parseSearch('who "to be" -not a.b')?.literals, [
    String.raw`\mwho\M`,
    String.raw`\mto\W+be\M`,
    String.raw`\ma\.b\M`,
  ]);
  t.end();
});

t.test('an operator without a word is ignored', (t) => {
  for (const input of ['', ' ', '-', '*', '"', '""', '- "" *'])
    t.equal(parseSearch(input), null, JSON.stringify(input));
  t.equal(parseSearch('fence - ""')?.wanted, "'fence'");
  t.end();
});

t.test('a beginning is looked up by its possible stems and checked by the text', (t) => {
  const found = parseSearch('crossi* -turn*');
  t.equal(found?.wanted, "('crossi':* | 'cross' | 'cros' | 'cro' | 'cr')");
  t.strictSame(found?.beginnings, [
    { pattern: String.raw`\mcrossi`, negated: false },
    { pattern: String.raw`\mturn`, negated: true },
  ]);
  t.equal(parseSearch('a.b*')?.beginnings[0]?.pattern, String.raw`\ma\.b`);
  t.end();
});
