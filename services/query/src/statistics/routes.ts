/** The statistics over HTTP: what was asked is parsed, figures are read at one position, pure functions answer. */
import { parseQuery, problem } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { contradictionIn } from '../filters/claim-filters.ts';
import { answerList, askedFormat } from '../formats/answer-list.ts';
import { answerListPage, type PagedList } from '../formats/answer-list-page.ts';
import { serveCsvMetadata } from '../formats/csv-metadata.ts';
import type { Table } from '../formats/table.ts';
import { routePath } from '../openapi/operation.ts';
import type { Read, ReadContext } from '../read-context.ts';
import { requireConsistent } from '../reading/require-consistent.ts';
import { varyBy } from '../reading/send-answer.ts';
import { compare } from './compare.ts';
import { type SideBySide, sideBySide } from './conflicts.ts';
import type { CountItem } from './count-groups.ts';
import { entriesOf, toPoint } from './entries.ts';
import type { Figure, Point } from './figure.ts';
import {
  comparisonFormats,
  conflictFormats,
  countFormats,
  describedTables,
  pointFormats,
  seriesFormats,
} from './formats.ts';
import * as operations from './operations.ts';
import { pointsOf, type Window } from './points.ts';
import { createCountsReader } from './read-counts.ts';
import { readFigures, readLatestFigures, seriesExists } from './read-figures.ts';
import { createSeriesReader } from './read-series.ts';
import type { Comparison, Series } from './tables.ts';

const defaultPolicy = 'bounds-1';

type Keyed = { Params: { key: string } };

/** Registers the five reads under `/v1/statistics`. */
export function registerStatistics(app: FastifyInstance, reads: ReadContext): void {
  registerSeries(app, reads);
  registerPoints(app, reads);
  registerConflicts(app, reads);
  registerCompare(app, reads);
  registerCounts(app, reads);
  for (const [operation, table] of describedTables) serveCsvMetadata(app, operation, table as Table<readonly never[]>);
}

function registerSeries(app: FastifyInstance, reads: ReadContext): void {
  const readSeries = createSeriesReader(reads.keepCounts);
  const { path } = operations.seriesOperation;
  app.get(path, async (request, reply) => {
    const query = parseQuery(operations.seriesQuery, request);
    const policy = query.policy ?? defaultPolicy;
    const paged: PagedList<Series> = { list: seriesFormats, views: ['statistics'], query, walk: { path, query } };
    return await answerListPage(reads, request, reply, paged, async (read, slice, pageOf) => {
      const rows = await readSeries(read, policy);
      const series = rows.slice(slice.start, slice.end);
      const figures = await readLatestFigures(
        read,
        series.map((row) => row.key),
        policy,
      );
      const bySeries = Map.groupBy(figures, (figure) => figure.series);
      const items = series.map((row) => ({ ...row, latest: latestPoint(bySeries.get(row.key) ?? []) }));
      return { items, page: pageOf(rows.length > slice.end), policy };
    });
  });
}

/** @param figures of the last period of a series, as `latest-figures.sql` gives them */
function latestPoint(figures: readonly Figure[]) {
  const latest = entriesOf(figures).at(-1);
  if (latest === undefined) throw new Error('a series without figures');
  return toPoint(latest);
}

function registerPoints(app: FastifyInstance, reads: ReadContext): void {
  app.get<Keyed>(routePath(operations.pointsOperation), async (request, reply) => {
    const query = parseQuery(operations.pointsQuery, request);
    const { key } = request.params;
    const window = windowOf(query);
    const walk = { path: operations.pointsOperation.path, query: { ...query, key } };
    const policy = query.policy ?? defaultPolicy;
    const paged: PagedList<Point> = { list: pointFormats, views: ['statistics'], query, walk };
    return await answerListPage(reads, request, reply, paged, async (read, slice, pageOf) => {
      const figures = await figuresOf(read, key, policy);
      const asked = { ...window, bucket: query.bucket ?? null, accounting: query.accounting ?? null };
      const result = pointsOf(figures, asked);
      if (!result.ok)
        throw tooMany('bucket', 'Too many buckets: ask for a coarser bucket, or for less with from and to.');
      const page = pageOf(result.total > slice.end);
      return { key, items: result.slice(slice.start, slice.end), page, policy };
    });
  });
}

function registerConflicts(app: FastifyInstance, reads: ReadContext): void {
  app.get<Keyed>(routePath(operations.conflictsOperation), async (request, reply) => {
    const query = parseQuery(operations.conflictsQuery, request);
    const { key } = request.params;
    const window = windowOf(query);
    const walk = { path: operations.conflictsOperation.path, query: { ...query, key } };
    const policy = query.policy ?? defaultPolicy;
    const wanted = (verdict: string) =>
      query.verdict === undefined ? verdict !== 'single' : query.verdict === 'all' || query.verdict === verdict;
    const paged: PagedList<SideBySide> = { list: conflictFormats, views: ['statistics'], query, walk };
    return await answerListPage(reads, request, reply, paged, async (read, slice, pageOf) => {
      const length = slice.end - slice.start;
      const found = sideBySide(await figuresOf(read, key, policy), window)
        .filter(({ verdict }) => wanted(verdict))
        .drop(slice.start)
        .take(length + 1)
        .toArray();
      return { key, items: found.slice(0, length), page: pageOf(found.length > length), policy };
    });
  });
}

function registerCompare(app: FastifyInstance, reads: ReadContext): void {
  app.get(operations.compareOperation.path, async (request, reply) => {
    const query = parseQuery(operations.compareQuery, request);
    const { series, period, baseline, policy = defaultPolicy } = query;
    const { format } = askedFormat<Comparison>(request, comparisonFormats, query);
    const work = async (read: Read): Promise<Comparison> => {
      const comparison = compare(await readFigures(read, series, policy), period, baseline);
      return { series, period: period.period, baseline: baseline.period, ...comparison, policy, position: read.token };
    };
    const spec = { views: ['statistics'], clocks: query } as const;
    if (format === null) {
      varyBy(reply, 'Accept');
      return await reads.answer(request, reply, spec, work);
    }
    return await answerList(reads, request, reply, { ...spec, list: comparisonFormats, format }, async (read) => ({
      items: [await work(read)],
    }));
  });
}

function registerCounts(app: FastifyInstance, reads: ReadContext): void {
  const readCounts = createCountsReader(reads.keepCounts);
  const { path } = operations.countsOperation;
  app.get(path, async (request, reply) => {
    const query = parseQuery(operations.countsQuery, request);
    requireConsistent(contradictionIn(query));
    const paged: PagedList<CountItem> = { list: countFormats, views: ['timeline'], query, walk: { path, query } };
    return await answerListPage(reads, request, reply, paged, async (read, slice, pageOf) => {
      const asked = { by: query.by ?? [], filters: query, dateMatch: query.dateMatch };
      const counts = await readCounts(read, asked);
      if (!counts.ok) throw tooMany('by', 'Too many bins: count by something coarser, or less with from and to.');
      const page = pageOf(counts.items.length > slice.end);
      return { items: counts.items.slice(slice.start, slice.end), page };
    });
  });
}

/** Throws 404 where the series has no figure at the position; none that was known by the day asked for is an empty answer. */
async function figuresOf(read: Read, key: string, policy: string): Promise<Figure[]> {
  const figures = await readFigures(read, key, policy);
  if (figures.length > 0 || (read.knownBy !== null && (await seriesExists(read, key, policy)))) return figures;
  throw problem('unknown-series', 'No claim gives a figure of this series.');
}

type Days = { readonly first: string; readonly last: string } | undefined;

function windowOf({ from, to }: { from?: Days; to?: Days }): Window {
  const late = from !== undefined && to !== undefined && from.first > to.last;
  requireConsistent(late ? { parameter: 'from', message: 'must not be later than to' } : null);
  return { from: from?.first ?? null, to: to?.last ?? null };
}

function tooMany(parameter: string, detail: string): Error {
  return problem('invalid-parameter', detail, { errors: [{ parameter, message: detail, code: 'too-many' }] });
}
