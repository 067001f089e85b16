/** The lists other than the timeline in their other formats, over the real claims; read by libraries of another ecosystem. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { isCi } from '../config.ts';
import { createQueryApp, type EventJson } from '../fixture/query-app.ts';
import { packages, prepareReaders } from './read-formats.ts';

const query = await createQueryApp(t);
const seeds = new URL('../../../../seeds/', import.meta.url);
await query.append(
  ['a1', 'a2', 'a3', 'a4', 'a5'].flatMap((article) =>
    readFileSync(new URL(`${article}.ndjson`, seeds), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as EventJson),
  ),
);
const key = 'crossings:person:BY-LT';

type Row = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, unknown>>;
type Interval = { readonly lower: number | null; readonly upper: number | null };

/** What a list's rows must say, from its items as JSON. */
const lists: readonly { readonly path: string; readonly rows: (items: readonly Item[]) => readonly Row[] }[] = [
  {
    path: '/v1/statistics/series',
    rows: (items) =>
      items.map(({ key, claims, from, latest }) => {
        const { lower, upper, claims: restsOn } = latest as Interval & { claims: string[] };
        return { key, claims, from, latest_lower: lower, latest_upper: upper, latest_claims: restsOn };
      }),
  },
  {
    path: `/v1/statistics/series/${key}?bucket=month`,
    rows: (items) =>
      items.map(({ period, accounting, lower, upper, best, flags, claims }) => ({
        period,
        accounting,
        lower,
        upper,
        best,
        flags,
        claims,
      })),
  },
  {
    path: `/v1/statistics/series/${key}/conflicts?verdict=all`,
    rows: (items) =>
      items.flatMap(({ period, verdict, agreement, sources }) =>
        (sources as Item[]).map(({ publisher, text, lower, carried }) => ({
          period,
          verdict,
          agreement_lower: (agreement as Interval | null)?.lower ?? null,
          publisher,
          text,
          lower,
          carried,
        })),
      ),
  },
  {
    path: '/v1/statistics/counts?by=kind,month',
    rows: (items) =>
      items.map(({ kind, month, claims, incidents, possible }) => ({
        kind,
        month,
        claims,
        incidents,
        possible,
        year: null,
      })),
  },
  {
    path: '/v1/measures?on=2021-09-15',
    rows: (items) =>
      items.map(({ subject, title, status, inForce }) => ({ subject, title, status, in_force: inForce })),
  },
  {
    path: '/v1/actors',
    rows: (items) => items.map(({ name, claims, roles, country }) => ({ name, claims, roles, country })),
  },
  {
    path: '/v1/places',
    rows: (items) =>
      items.map(({ name, countries, point }) => ({
        name,
        countries,
        longitude: (point as number[] | null)?.[0] ?? null,
      })),
  },
  {
    path: '/v1/publishers',
    rows: (items) => items.map(({ name, claims, publishedFrom }) => ({ name, claims, published_from: publishedFrom })),
  },
  {
    path: '/v1/codelists',
    rows: (items) =>
      items.flatMap(({ name, codes }) => (codes as Item[]).map(({ code, meaning }) => ({ list: name, code, meaning }))),
  },
];

const withParameter = (path: string, parameter: string) => `${path}${path.includes('?') ? '&' : '?'}${parameter}`;
const itemsOf = async (path: string) => (await query.get(withParameter(path, 'limit=1000'))).at('/items') as Item[];

/** The CSV of a list and the metadata that its Link header leads to. */
async function tableOf(path: string): Promise<{ csv: string; metadata: unknown }> {
  const answer = await query.get(withParameter(path, 'format=csv'));
  const [, described = ''] = /<([^>]+)>; rel="describedby"/.exec(String(answer.headers.link)) ?? [];
  const metadata = await query.get(described);
  t.match(metadata.headers['content-type'], /^application\/csvm\+json/, described);
  return { csv: answer.text, metadata: metadata.json };
}

t.test('every list as CSV says what it says as JSON, by the types that its metadata promises', async (t) => {
  const comparison = `/v1/statistics/compare?series=${key}&period=2021&baseline=2020`;
  const paths = [...lists.map(({ path }) => path), comparison];
  const tables = await Promise.all(paths.map(tableOf));
  const ics = (await query.get('/v1/measures?format=ics')).text;
  const geojson = (await query.get('/v1/places', { accept: 'application/geo+json' })).text;
  const readers = await prepareReaders();
  if (readers === null) {
    const message = `NOT RUN: the lists' formats by Python. Install python3 with venv and pip, and a way to ${packages.join(', ')}`;
    process.stderr.write(`\n### ${message} ###\n\n`);
    if (isCi) t.fail(message);
    return;
  }
  const read = (await readers.read({ tables, ics, geojson })) as {
    readonly tables: readonly (readonly Row[])[];
    readonly ics: readonly Row[];
    readonly geojson: readonly { readonly id: string; readonly geometry: unknown }[];
  };
  for (const [index, { path, rows }] of lists.entries()) {
    const expected = rows(await itemsOf(path));
    const found = read.tables[index] ?? [];
    t.ok(expected.length > 0, path);
    t.equal(found.length, expected.length, path);
    for (const [row, one] of expected.entries()) {
      const names = Object.keys(one);
      const shown = Object.fromEntries(names.map((name) => [name, normal(found[row]?.[name])]));
      const wanted = Object.fromEntries(names.map((name) => [name, normal(one[name])]));
      t.strictSame(shown, wanted, `${path} row ${row}`);
    }
  }
  const [compared] = read.tables.at(-1) ?? [];
  t.match(compared, {
    series: key,
    ratio_lower: '50.6172839506',
    ratio_best: null,
    base_best: '81',
    ratio_lower_inclusive: false,
  });

  const measures = await itemsOf('/v1/measures');
  t.strictSame(
    new Set(read.ics.map(({ uid }) => uid)),
    new Set(measures.map(({ subject }) => `measure-${String(subject)}@ledgerline`)),
  );
  const pushback = read.ics.find(({ uid }) => String(uid).includes('pushback'));
  t.match(pushback, { start: '2021-08-03', end: '2021-08-04', categories: ['measure', 'pushback'] });
  t.equal(read.geojson.length, (await itemsOf('/v1/places')).length);
});

/** Numbers of metadata's type `number` come as decimals, lists of nothing as none. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value;
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'number') return value.toString();
  if (typeof value !== 'string') return value;
  // A date comes as the midnight it begins with.
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value).toString() : value.replace(/ 00:00:00$/, '');
}

t.test('as lines every list gives the items of its pages, all of them unless a limit is given', async (t) => {
  const linesOf = async (path: string) => {
    const answer = await query.get(path);
    t.match(answer.headers['content-type'], /^application\/x-ndjson/, path);
    return answer.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Item);
  };
  const paths = [
    ...lists.map(({ path }) => path),
    '/v1/changes',
    '/v1/events',
    '/v1/claims/a1-crossings-2021-to-date/history',
    '/v1/incidents/a1-crossings-2021-to-date',
  ];
  for (const path of paths) {
    t.strictSame(await linesOf(withParameter(path, 'format=ndjson')), await itemsOf(path), path);
    t.equal((await linesOf(withParameter(path, 'format=ndjson&limit=1'))).length, 1, path);
    t.match((await query.get(path, { accept: 'application/x-ndjson' })).headers['content-type'], /x-ndjson/, path);
  }
});

t.test('an incident comes in the formats of the timeline, its pages too', async (t) => {
  const path = '/v1/incidents/a1-crossings-2021-to-date';
  for (const format of ['csv', 'geojson', 'jsonfeed', 'atom', 'timelinejs', 'ics']) {
    const answer = await query.get(`${path}?format=${format}`);
    t.equal(answer.status, 200, format);
    t.match(answer.text, /a1-crossings-2021-to-date/, format);
    t.notMatch(answer.text, /a4-nato/, format);
  }
  t.equal((await query.get('/v1/incidents/nobody?format=csv')).status, 404);
});

t.test('what a list has no format for is refused, by name and by Accept', async (t) => {
  for (const path of lists.map(({ path }) => path)) {
    t.match(
      await query.get(withParameter(path, 'format=atom')),
      { status: 400, json: { code: 'invalid-parameter' } },
      path,
    );
    t.match(await query.get(path, { accept: 'image/png' }), { status: 406, json: { code: 'not-acceptable' } }, path);
    t.match((await query.get(path, { accept: '*/*' })).headers['content-type'], /^application\/json/, path);
  }
  const next = String((await query.get('/v1/events?limit=1')).at('/page/next'));
  t.match(await query.get(`/v1/events?limit=1&cursor=${next}&format=ndjson`), { status: 400 });
});

t.test('pinned to a position each is the same bytes after later events', async (t) => {
  const position = String((await query.get('/v1/timeline')).headers['ledgerline-position']);
  const paths = lists.map(({ path }) => withParameter(path, `format=csv&asOf=${position}`));
  const before = await Promise.all(paths.map((path) => query.get(path)));
  const first = JSON.parse(readFileSync(new URL('a1.ndjson', seeds), 'utf8').split('\n')[0] ?? '') as EventJson;
  await query.append([{ ...first, id: 'later', subject: 'later' }]);
  for (const [index, path] of paths.entries()) {
    const { text, headers } = await query.get(path);
    t.equal(text, before[index]?.text, path);
    t.equal(headers['ledgerline-position'], position, path);
  }
});
