/**
 * Which series there are, with their coverage. Counted over all figures once, and from then on by what is new (../kept); the
 * latest point of the series shown is looked up.
 */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import type { Counts } from '../kept/counts.ts';
import { endsOf, keyOf, partsOf, settleDays } from '../kept/entry-counts.ts';
import type { KeepCounts } from '../kept/kept-counts.ts';
import type { Read } from '../read-context.ts';
import { compareText } from './figure.ts';
import { recordedFigures } from './read-figures.ts';
import { visibleClaims } from './visible-claims.ts';

export type SeriesRow = {
  readonly key: string;
  readonly measure: string;
  readonly unit: string;
  readonly border: string | null;
  readonly country: string | null;
  readonly claims: number;
  readonly from: string | null;
  readonly to: string | null;
};

/** All series in order of their keys. */
export type ReadSeries = (read: Read, policy: string) => Promise<readonly SeriesRow[]>;

type Row = {
  readonly series: string;
  /** JSON: measure, unit, border and country. */
  readonly about: string | null;
  readonly first: string | null;
  readonly last: string | null;
  readonly aspect: number;
  readonly claims: number;
  readonly figures: number;
};

const file = (name: string) => readSql(new URL(`./sql/${name}.sql`, import.meta.url));
const sql = { figures: file('count-figures'), next: file('next-series'), unlawful: file('unlawful-claims') };

/** Some 0.2 s of counting. */
const figuresARange = 20_000;
/** What `grouping` says in count-figures.sql. */
const aspects = { claims: 7, about: 3, first: 5, last: 6 } as const;

export function createSeriesReader(keepCounts: KeepCounts): ReadSeries {
  const sorted = new WeakMap<Counts, readonly SeriesRow[]>();
  return async (read, policy) => {
    const counts = await keepCounts({
      view: 'statistics',
      schema: read.located.views.get('statistics')?.schema ?? '',
      logId: read.logId,
      at: read.at,
      async unlawful() {
        const [row] = await read.query<{ claims: number }>({ name: 'unlawful-figures', text: sql.unlawful });
        return row?.claims ?? 0;
      },
      what: ['series', policy, read.knownBy],
      isOfAll: true,
      async *whole() {
        for await (const chosen of ranges(read)) {
          yield await count(read, policy, chosen, (values) => recordedFigures(read, values));
        }
      },
      among: async (subjects, at) =>
        await count({ ...read, at }, policy, (values) => `f.subject = any (${values.add(subjects)}::text[])`),
      settle: settleDays,
    });
    const rows = sorted.get(counts) ?? toSeries(counts);
    sorted.set(counts, rows);
    return rows;
  };
}

type Condition = (values: StatementValues) => string;

async function* ranges(read: Read): AsyncGenerator<Condition> {
  for (let after = ''; ; ) {
    const values = [after, figuresARange];
    const rows: { until: string }[] = await read.query<{ until: string }>({ text: sql.next, values });
    const [begin, until] = [after, rows[0]?.until];
    yield (added) =>
      `f.series > ${added.add(begin)}${until === undefined ? '' : ` and f.series <= ${added.add(until)}`}`;
    if (until === undefined) return;
    after = until;
  }
}

async function count(
  read: Read,
  policy: string,
  chosen: Condition,
  recorded: (values: StatementValues) => Promise<string> = () => Promise.resolve('true'),
): Promise<Counts> {
  const values = createStatementValues();
  const text = fillMarkers(sql.figures, {
    chosen: chosen(values),
    policy: `${values.add(policy)}::text`,
    visible: visibleClaims(read, values),
    recorded: await recorded(values),
  });
  const counts = new Map<string, number>();
  for (const row of await read.query<Row>({ text, values: values.values })) {
    const key = toKey(row);
    if (key !== null) counts.set(key, row.aspect === aspects.claims ? row.claims : row.figures);
  }
  return counts;
}

function toKey({ series, aspect, about, first, last }: Row): string | null {
  switch (aspect) {
    case aspects.claims:
      return keyOf('n', series);
    case aspects.about:
      return keyOf('d', series, about ?? '');
    case aspects.first:
      return first === null ? null : keyOf('f', series, first);
    case aspects.last:
      return last === null ? null : keyOf('l', series, last);
    default:
      throw new RangeError(`no aspect of a series: ${aspect}`);
  }
}

type About = readonly [measure: string, unit: string, border: string | null, country: string | null];

function toSeries(counts: Counts): SeriesRow[] {
  const ends = endsOf(counts);
  const said = new Map<string, About[]>();
  for (const key of counts.keys()) {
    const [aspect, series, value] = partsOf(key);
    if (aspect === 'd') said.set(series, [...(said.get(series) ?? []), JSON.parse(value) as About]);
  }
  const rows: SeriesRow[] = [];
  for (const [key, claims] of counts) {
    const [aspect, series] = partsOf(key);
    if (aspect !== 'n') continue;
    const about = said.get(series) ?? [];
    const least = (index: number) =>
      about
        .map((one) => one[index] ?? null)
        .filter((text) => text !== null)
        .toSorted(compareText)[0] ?? null;
    const { first: from = null, last: to = null } = ends.get(series) ?? {};
    const own = { measure: least(0) ?? '', unit: least(1) ?? '', border: least(2), country: least(3) };
    rows.push({ key: series, ...own, claims, from, to });
  }
  return rows.toSorted((a, b) => compareText(a.key, b.key));
}
