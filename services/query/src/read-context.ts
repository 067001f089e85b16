/**
 * Where a request reads: which generations are live, at which position, and as known on which day.
 * All rows of the views are versioned by log offsets and none is changed before its end, so reading "as of P" is exact
 * in any number of statements and over several views, without a transaction: P is fixed first, the rows come after.
 *
 * How to use it in a route (`deps.reads` is a ReadContext):
 *
 *   app.get('/v1/statistics/series', async (request, reply) => {
 *     const query = parseQuery(seriesQuery, request);      // seriesQuery spreads positionParameters, knownByParameters
 *     return deps.reads.answer(request, reply, { views: ['statistics'], clocks: query }, async (read) => {
 *       const rows = await read.query<Row>({ name: 'series', text: seriesSql, values: [read.at] });
 *       return { items: …, page: { …, position: read.token } };          // a JSON value, or new JsonText('…')
 *     });
 *   });
 *
 * `seriesSql` names tables as `statistics.figures` (the live generations are put in), and takes rows as of `read.at` by
 *   v.from_offset < ($1::bigint[])[v.partition + 1]
 *   and (v.to_offset is null or v.to_offset >= ($1::bigint[])[v.partition + 1])
 * `read.knownBy` is null or { day, match }: see details 9. `answer` waits for minPosition (`Prefer: wait=N`), refuses what
 * is ahead (409) or behind (503), sets Ledgerline-Position and a weak ETag, and answers 304. It may call the work twice
 * (a generation promoted meanwhile), so the work only reads.
 */
import { type Offsets, toPositionToken } from '@ledgerline/log';
import { bindSchema, type ViewName } from '@ledgerline/projection';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { Languages } from './filters/search-conditions.ts';
import { searchLanguages } from './filters/search-languages.ts';
import { createKeptCounts, type KeepCounts } from './kept/kept-counts.ts';
import { type Clocks, type KnownBy, knownByOf } from './reading/clock-parameters.ts';
import { createLastRecordedFinder, type FindLastRecorded, type LastRecorded } from './reading/last-recorded.ts';
import { isMissingRelation } from './reading/live-views.ts';
import { type LocateDependencies, type Located, locate, type PinnedPosition, viewBehind } from './reading/locate.ts';
import { preferredWaitMs } from './reading/prefer-wait.ts';
import { sendAnswer } from './reading/send-answer.ts';

export { JsonBytes, JsonText } from './reading/send-answer.ts';

export type ReadSpec = {
  /** Every view the work reads: the answer's position is one that all of them hold. */
  readonly views: readonly ViewName[];
  readonly clocks: Clocks;
  /** A position that a cursor pins; it comes before `asOf`. */
  readonly pinned?: PinnedPosition | undefined;
  /** Other parameters that name places in the log (`read.located.places` has them as offsets). */
  readonly places?: Readonly<Record<string, string | undefined>> | undefined;
};

export type Statement = { readonly name?: string; readonly text: string; readonly values?: readonly unknown[] };

export type Read = {
  readonly logId: string;
  /** The position to read as of: next offsets by partition. */
  readonly at: Offsets;
  /** `at` as clients see it. */
  readonly token: string;
  readonly knownBy: KnownBy | null;
  readonly located: Located;
  /** What a search is to look in besides English, at this position: for searchConditions. Needs the timeline. */
  languages(q: string | undefined): Promise<Languages>;
  /** For lists that walk an index: up to when to look for what lies before these offsets, `at` where none are given. */
  lastRecorded(before?: Offsets): Promise<LastRecorded>;
  /** Runs one statement on the live generations; `name` prepares it (a name stands for one text). */
  query<Row>(statement: Statement): Promise<Row[]>;
};

export type ReadContext = LocateDependencies & {
  /** One for all routes: what it keeps is bounded over all of them. */
  readonly keepCounts: KeepCounts;
  /** Locates, works and answers with what the work resolves to. */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    spec: ReadSpec,
    work: (read: Read) => Promise<unknown>,
  ): Promise<FastifyReply>;
  /** The same without answering; for routes that send something else than one JSON body. */
  run<T>(spec: ReadSpec & { readonly waitMs: number }, work: (read: Read) => Promise<T>): Promise<T>;
};

/** Generations are promoted rarely: two in one request would be a third. */
const attempts = 3;

export function createReadContext(deps: LocateDependencies): ReadContext {
  const findLastRecorded = createLastRecordedFinder(deps);
  const run: ReadContext['run'] = async (spec, work) => {
    for (let attempt = 1; ; attempt += 1) {
      const read = createRead({ pool: deps.pool, findLastRecorded }, await locate(deps, spec), spec.clocks);
      try {
        return await work(read);
      } catch (error) {
        // The generation was dropped after it was found live: its successor has the same rows.
        if (!isMissingRelation(error)) throw error;
        if (attempt === attempts) throw viewBehind();
      }
    }
  };
  return {
    ...deps,
    keepCounts: createKeptCounts(deps),
    run,
    async answer(request, reply, spec, work) {
      const waitMs = preferredWaitMs(request.headers.prefer);
      const { body, token } = await run({ ...spec, waitMs }, async (read) => ({
        body: await work(read),
        token: read.token,
      }));
      return sendAnswer(request, reply, body, token);
    },
  };
}

type ReadDependencies = { readonly pool: Pool; readonly findLastRecorded: FindLastRecorded };

function createRead({ pool, findLastRecorded }: ReadDependencies, located: Located, clocks: Clocks): Read {
  return {
    logId: located.logId,
    at: located.at,
    token: toPositionToken({ logId: located.logId, offsets: located.at }),
    knownBy: knownByOf(clocks),
    located,
    async languages(q) {
      const schema = located.views.get('timeline')?.schema;
      return schema === undefined ? [] : await searchLanguages(pool, schema, located.at, q);
    },
    async lastRecorded(before = located.at) {
      return await findLastRecorded({ logId: located.logId, offsets: before, held: located.held });
    },
    async query<Row>(statement: Statement): Promise<Row[]> {
      let { text } = statement;
      let schemas = '';
      for (const { view, schema } of located.views.values()) {
        if (!text.includes(`${view}.`)) continue;
        text = bindSchema(text, view, schema);
        schemas += `${schema}.`;
      }
      const result = await pool.query({
        ...(statement.name === undefined ? {} : { name: schemas + statement.name }),
        text,
        values: [...(statement.values ?? [])],
      });
      return result.rows as Row[];
    },
  };
}
