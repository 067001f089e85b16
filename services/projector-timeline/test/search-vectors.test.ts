/** What is searched, and by which configuration. The oracle is PostgreSQL's own `to_tsvector` of the whole text. */
import { foldText, searchConfigOf } from '@ledgerline/events';
import type { ViewTransaction } from '@ledgerline/projection';
import { freshDatabase } from '@ledgerline/testkit';
import fc from 'fast-check';
import tap, { test } from 'tap';
import { makeVectors, type Searchable } from '../src/search-vectors.ts';

const { pool } = await freshDatabase(tap);
let asked = 0;
const tx = {
  async query({ text, values = [] }: { text: string; values?: readonly unknown[] }) {
    asked += 1;
    return (await pool.query(text, [...values])).rows;
  },
} as unknown as ViewTransaction;

const textOf = (search_text: string, search_config = 'english'): Searchable => ({
  search_config,
  search_text,
  search_vector: null,
});

/** Those of the rows whose vector is not what PostgreSQL makes of the text. */
async function wrong(rows: readonly Searchable[], made: readonly Searchable[]): Promise<unknown[]> {
  const result = await pool.query(
    `select text, vector
     from unnest($1::text[], $2::text[], $3::text[]) as r (config, text, vector)
     where vector is not null and vector::tsvector <>
       case config when 'english' then to_tsvector('english', text)
         else to_tsvector('english', text) || to_tsvector(config::regconfig, text) end`,
    [rows.map((row) => row.search_config), rows.map((row) => row.search_text), made.map((row) => row.search_vector)],
  );
  return result.rows;
}

const fragment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...'the border crossing crossings of guards fences people a b it’s'.split(' ')),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '2021',
      '007',
      '1234567890',
      '4,200',
      '-5',
      '+3.1e4',
      '81%',
      'well-known',
      'a-b-c',
      "don't",
      'x\\y',
      'qzq7x',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('https://news.example/a?b=c&d#e', 'desk@news.example', '/var/log.txt', 'v1.2.3'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('<b', '>', '&amp;', '"', "'", ':', '*', '!', '|', '(', '(fence),', '\u00a0', '\u2003'),
  },
  { weight: 2, arbitrary: fc.constantFrom('uztvara', 'užtvaros', 'Лукашенко', '移民', '🚧', 'straße', 'i\u0307') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\u0000', '')) },
);
const gap = fc.constantFrom(' ', ' ', ' ', '\n', '  ', '\t', '', ', ', '. ');
const anyText = fc
  .array(fc.tuple(fragment, gap), { maxLength: 30 })
  .map((parts) => foldText(parts.flat().join('')).toWellFormed());

test('vectors made of pieces are what PostgreSQL makes of the whole text', async (t) => {
  let left = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyText, fc.constantFrom('english', 'english', 'lithuanian', 'russian')), { maxLength: 20 }),
      async (texts) => {
        const rows = texts.map(([text, config]) => textOf(text, config));
        const made = await makeVectors(tx, rows);
        all += made.length;
        left += made.filter((row) => row.search_vector === null).length;
        return (await wrong(rows, made)).length === 0;
      },
    ),
    { numRuns: 150 },
  );
  t.ok(left < all / 2, `of ${all} texts ${left} were left to PostgreSQL`);
});

test('what may be a tag, and more places than a vector keeps, is left to PostgreSQL', async (t) => {
  const rows = ['one <b class="two three">', 'fence '.repeat(256), 'fence '.repeat(255)].map((text) => textOf(text));
  const made = await makeVectors(tx, rows);
  t.same(
    made.map((row) => row.search_vector === null),
    [true, true, false],
  );
  t.same(made.slice(0, 2), rows.slice(0, 2));
  t.same(await wrong(rows, made), []);
});

test('what is known of a piece is not asked again', async (t) => {
  const rows = [textOf('unheard-of words\nare asked'), textOf('words asked for, once', 'lithuanian')];
  await makeVectors(tx, rows);
  const before = asked;
  t.same(await wrong(rows, await makeVectors(tx, rows)), []);
  t.equal(asked, before);
});

test("a claim's configuration is that of its first report's language, English where there is none", async (t) => {
  const configs = ['lt', 'LT', 'de-CH', 'nb', 'en-GB', 'et', 'x', 'constructor', undefined].map((language) =>
    searchConfigOf({
      reports: [{ publisher: 'p', publishedOn: '2021', ...(language === undefined ? {} : { language }) }],
    }),
  );
  t.equal(configs.join(), 'lithuanian,lithuanian,german,norwegian,english,english,english,english,english');
  const { rows } = await pool.query(
    'select count(*)::int as missing from unnest($1::text[]) c where c not in (select cfgname from pg_ts_config)',
    [configs],
  );
  t.same(rows, [{ missing: 0 }], 'PostgreSQL has them');
});
