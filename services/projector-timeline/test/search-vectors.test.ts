/** What is searched, and by which configuration. The oracle is PostgreSQL's own `to_tsvector` of the whole text. */
import { foldText, searchConfigOf } from '@ledgerline/events';
import { type CopyColumns, createViewTransaction, encodeRows, type ViewTransaction } from '@ledgerline/projection';
import { freshDatabase } from '@ledgerline/testkit';
import fc from 'fast-check';
import tap, { test } from 'tap';
import { makeVectors, type Searchable } from '../src/search-vectors.ts';

const { pool } = await freshDatabase(tap);
let asked = 0;
let leftToPostgres = 0;
const tx = {
  async query({ name, text, values = [] }: { name?: string; text: string; values?: readonly unknown[] }) {
    asked += 1;
    if (name === 'make-vectors') leftToPostgres += (values[1] as readonly string[]).length;
    return (await pool.query(text, [...values])).rows;
  },
} as unknown as ViewTransaction;

const textOf = (searched: string, search_config = 'english'): Searchable => ({ search_config, searched });

/** The texts whose vector is not, byte for byte, what PostgreSQL makes of them. */
async function wrong(rows: readonly Searchable[], vectors: readonly Buffer[]): Promise<unknown[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('create temporary table made (place integer, vector tsvector) on commit drop');
    const columns: CopyColumns<{ place: number; vector: Buffer }> = [
      ['place', 'integer'],
      ['vector', 'binary'],
    ];
    const made = vectors.map((vector, at) => ({ place: at + 1, vector }));
    await createViewTransaction(client, 'timeline', 'timeline_g1').copy(
      'copy made (place, vector) from stdin (format binary)',
      encodeRows(made, columns),
    );
    const result = await client.query(
      `select text, vector
       from unnest($1::text[], $2::text[]) with ordinality as r (config, text, place)
       left join made using (place)
       where tsvectorsend(vector) is distinct from tsvectorsend(
         case config when 'english' then to_tsvector('english', text)
           else to_tsvector('english', text) || to_tsvector(config::regconfig, text) end)`,
      [rows.map((row) => row.search_config), rows.map((row) => row.searched)],
    );
    return result.rows;
  } finally {
    await client.query('rollback');
    client.release();
  }
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
  leftToPostgres = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyText, fc.constantFrom('english', 'english', 'lithuanian', 'russian')), { maxLength: 20 }),
      async (texts) => {
        const rows = texts.map(([text, config]) => textOf(text, config));
        all += rows.length;
        return (await wrong(rows, await makeVectors(tx, rows))).length === 0;
      },
    ),
    { numRuns: 150 },
  );
  t.ok(leftToPostgres < all / 2, `of ${all} texts ${leftToPostgres} were left to PostgreSQL`);
});

test('what may be a tag, and more places or later ones than a vector keeps, is left to PostgreSQL', async (t) => {
  const texts = {
    'one <b class="two three">': 1,
    ['fence '.repeat(256)]: 1,
    ['fence '.repeat(255)]: 0,
    [`${'of '.repeat(16_383)}fence`]: 1,
    [`${'of '.repeat(16_382)}fence`]: 0,
  };
  for (const [text, left] of Object.entries(texts)) {
    leftToPostgres = 0;
    const rows = [textOf('a fence'), textOf(text), textOf('fences')];
    t.same(await wrong(rows, await makeVectors(tx, rows)), []);
    t.equal(leftToPostgres, left, `${text.slice(0, 30)}, ${text.length} characters`);
  }
});

test('a vector is taken as it is', async (t) => {
  const [vector] = await makeVectors(tx, [textOf('guards of the fence')]);
  const before = asked;
  t.same(await makeVectors(tx, [{ search_config: 'english', searched: vector as Buffer }]), [vector]);
  t.equal(asked, before);
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
