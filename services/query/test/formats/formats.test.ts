/** Every format read by a library of another ecosystem: what went in comes out, hostile text included. */
import t from 'tap';
import type { ClaimFormat } from '../../src/formats/claim-format.ts';
import { claimsTable } from '../../src/formats/csv.ts';
import { claimFormats } from '../../src/formats/formats.ts';
import { chooseFormat } from '../../src/formats/list-format.ts';
import { describeTable } from '../../src/formats/table.ts';
import { isCi } from '../config.ts';
import { packages, prepareReaders } from './read-formats.ts';
import { claims, context } from './sample-claims.ts';

const write = (format: ClaimFormat) =>
  format.head(context) +
  claims.map((claim, index) => format.item(claim, index, context)).join('') +
  format.tail(context);

const written = Object.fromEntries(claimFormats.map((format) => [format.name, write(format)])) as Record<
  ClaimFormat['name'],
  string
>;

type ReadBack = {
  readonly csv: readonly Record<string, string>[];
  readonly csvw: readonly Record<string, unknown>[];
  readonly ics: readonly Record<string, unknown>[];
  readonly atom: { readonly entries: readonly Record<string, unknown>[]; readonly [name: string]: unknown };
  readonly geojson: readonly Record<string, unknown>[];
  readonly jsonfeed: { readonly items: readonly Record<string, unknown>[]; readonly [name: string]: unknown };
};

t.test('libraries of another ecosystem read what we write', async (t) => {
  const readers = await prepareReaders();
  if (readers === null) {
    const message = `NOT RUN: the formats by Python. Install python3 with venv and pip, and a way to ${packages.join(', ')}`;
    process.stderr.write(`\n### ${message} ###\n\n`);
    if (isCi) t.fail(message);
    return;
  }
  const { csv, csvw, ics, atom, geojson, jsonfeed } = (await readers.read({
    ...written,
    metadata: describeTable(claimsTable),
  })) as ReadBack;

  t.strictSame(
    csv.map(({ subject, figure }) => `${subject} ${figure}`),
    ['c-1 1', 'c-1 2', 'c-2 0', 'c-3 1', 'c-3 2', 'c-4 0', 'c-5 1', 'c-5 2'],
  );
  t.match(csv[0], {
    lower: '3780',
    best: '',
    upper: '4200',
    lower_inclusive: 'true',
    upper_inclusive: 'false',
    text: 'almost 4,200',
  });
  t.match(csv[1], { lower: '2', upper: '', lower_inclusive: 'false' });
  t.equal(csv[2]?.['title'], `'${claims[1]?.title}`, 'a formula is text');
  t.equal(csv[2]?.['publishers'], "'@SUM(A1)");
  t.equal(csv[3]?.['title'], claims[2]?.title, 'hostile text is kept as it is');
  t.strictSame(
    Object.keys(csv[0] ?? {}),
    claimsTable.columns.map(({ name }) => name),
  );

  t.equal(csvw.length, csv.length);
  t.match(csvw[1], { subject: 'c-1', figure: 2, lower: 2, upper: null, countries: ['BY', 'LT'] });

  t.strictSame(
    ics.map(({ uid }) => uid),
    ['c-1', 'c-2', 'c-3', 'c-4'].map((subject) => `${subject}@ledgerline`),
  );
  t.match(ics[0], {
    start: '2021-08-24',
    end: '2021-08-25',
    status: 'CONFIRMED',
    sequence: 0,
  });
  // The library splits at escaped commas too: only the whole can be compared.
  t.equal(String(ics[0]?.['categories']), 'border-crossing,border, north');
  t.match(ics[2], { start: '2021-08-31', end: '2021-09-01', status: 'TENTATIVE', sequence: 2 });
  t.match(ics[3], { status: 'CANCELLED' });
  t.match(ics[1]?.['description'], /BEGIN:VEVENT/, 'a line break in a field starts no event');

  t.equal(atom['version'], 'atom10');
  t.equal(atom['id'], context.url);
  t.match(atom['links'], { next: context.next, self: context.url });
  t.strictSame(
    atom.entries.map(({ id }) => id),
    ['c-1', 'c-2', 'c-3', 'c-5'].map((subject) => `urn:ledgerline:claim:${subject}`),
  );
  t.match(atom.entries[0], {
    authors: ['Wire'],
    via: ['https://wire.example/1?a=1&b=2'],
    tags: ['border-crossing', 'border, north'],
  });
  t.match(atom.entries[1]?.['content'], /<script>alert\(1\)<\/script>/, 'markup is text');
  t.match(written.atom, /<at:deleted-entry ref="urn:ledgerline:claim:c-4" when="2026-01-01T00:00:00\.001Z">/);

  t.strictSame(
    geojson.map(({ from }) => from),
    ['gazetteer', null, 'gazetteer', null, 'claim'],
  );
  t.match(geojson[0], { geometry: { type: 'Point', coordinates: [25.7, 54.5] } });
  t.match(geojson[4], { geometry: { type: 'Point', coordinates: [25.65, 54.5] } });

  t.match(jsonfeed, { title: 'Ledgerline: claims', feed: context.url, next: context.next });
  t.strictSame(
    jsonfeed.items.map(({ id, title }) => `${id} ${title}`),
    claims.map(({ subject, title }) => `urn:ledgerline:claim:${subject} ${title}`),
  );
  t.match(jsonfeed.items[0], {
    authors: ['Wire'],
    external: 'https://wire.example/1?a=1&b=2',
    tags: ['border-crossing', 'border, north'],
  });
});

t.test('the JSON formats are JSON, and say where the next page is', async (t) => {
  const feed = JSON.parse(written.jsonfeed) as { readonly items: readonly { readonly id: string }[] };
  t.match(feed, {
    version: 'https://jsonfeed.org/version/1.1',
    feed_url: context.url,
    next_url: context.next,
    _ledgerline: { position: context.position },
  });
  t.equal(feed.items.length, claims.length);
  t.match(feed.items[0], {
    authors: [{ name: 'Wire' }],
    _ledgerline: { figures: [{ text: 'almost 4,200', upper: 4200 }, {}] },
  });
  t.strictSame(
    written.ndjson
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    [...claims],
  );
  const { events } = JSON.parse(written.timelinejs) as { events: readonly Record<string, unknown>[] };
  t.equal(events.length, claims.length);
  t.match(events[0], {
    start_date: { year: 2021, month: 8, day: 24 },
    text: { headline: 'Almost 4,200 crossings in 2021' },
  });
  t.notMatch(written.timelinejs, /<script/);
});

t.test('the metadata describes every column, in order', (t) => {
  const { tableSchema } = describeTable(claimsTable) as {
    tableSchema: { columns: readonly { name: string }[]; primaryKey: readonly string[] };
  };
  t.strictSame(
    tableSchema.columns.map(({ name }) => name),
    claimsTable.columns.map(({ name }) => name),
  );
  t.strictSame(tableSchema.primaryKey, ['subject', 'figure']);
  t.end();
});

t.test('an empty list is a whole document', (t) => {
  for (const format of claimFormats) {
    const text = format.head(context) + format.tail({ ...context, next: null });
    if (format.mediaType.includes('json') && format.name !== 'ndjson')
      t.doesNotThrow(() => JSON.parse(text), format.name);
  }
  t.end();
});

t.test('format comes before Accept, and an Accept that takes none of all is refused', (t) => {
  t.equal(chooseFormat(claimFormats, undefined, undefined), null);
  t.equal(chooseFormat(claimFormats, 'json', 'text/csv'), null);
  t.equal(chooseFormat(claimFormats, 'atom', 'application/json')?.name, 'atom');
  for (const [accept, name] of [
    ['text/csv', 'csv'],
    ['application/geo+json', 'geojson'],
    ['application/feed+json', 'jsonfeed'],
    ['application/atom+xml, application/json;q=0.5', 'atom'],
    ['text/calendar', 'ics'],
    ['application/x-ndjson', 'ndjson'],
    ['text/*', 'csv'],
    ['*/*', undefined],
    ['text/html, */*;q=0.1', undefined],
  ] as const) {
    t.equal(chooseFormat(claimFormats, undefined, accept)?.name, name, accept);
  }
  t.throws(() => chooseFormat(claimFormats, undefined, 'image/png'), { code: 'not-acceptable' });
  t.throws(() => chooseFormat(claimFormats, undefined, 'application/json;q=0'), { code: 'not-acceptable' });
  t.end();
});
