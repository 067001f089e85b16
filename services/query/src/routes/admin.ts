/** What operators see of the views: how far each is. Reads only. */
import { readSql } from '@ledgerline/database';
import { parseQuery } from '@ledgerline/http';
import { type Offsets, toPositionToken } from '@ledgerline/log';
import { type ViewName, viewNames } from '@ledgerline/projection';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Operation } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { isMissingRelation } from '../reading/live-views.ts';
import { pageParameters, setPageLinks } from '../reading/page.ts';
import { pageOfAll, plainListOf } from '../reading/plain-page.ts';
import { createViewChecksums } from '../rebuilds/view-checksums.ts';

const sql = {
  views: readSql(new URL('../sql/list-views.sql', import.meta.url)),
};

const viewsQuery = z.object(pageParameters);

export const viewsSchema = plainListOf(
  z.strictObject({
    view: z.enum(viewNames as [string, ...string[]]),
    generation: z.int(),
    version: z.int(),
    position: z.string(),
    lag: z.strictObject({
      events: z.int().nullable().describe('null: the log could not be asked.'),
      seconds: z.number().nullable().describe('Since the last event held, of partitions that lag; 0 where none does.'),
    }),
    parked: z.int(),
    checksum: z
      .strictObject({ position: z.string(), checksum: z.string() })
      .nullable()
      .describe('Of all rows, in whatever order, at that position; null while it is being made.'),
    generations: z.array(z.strictObject({ generation: z.int(), version: z.int(), state: z.string() })),
  }),
).meta({ id: 'Views' });

export const viewsOperation: Operation = {
  method: 'get',
  path: '/v1/admin/views',
  id: 'listViews',
  tag: 'operating',
  summary: 'Each view: its live generation, how far it is, what it has parked, what its rows amount to',
  query: viewsQuery,
  responses: { 200: { description: 'The views there are.', content: { 'application/json': viewsSchema } } },
  problems: ['unknown-parameter', 'repeated-parameter', 'invalid-parameter', 'bad-cursor'],
};

type ViewRow = {
  readonly view: ViewName;
  readonly generation: number;
  readonly version: number;
  readonly log_id: string;
  readonly offsets: number[];
  readonly last_recorded: (string | null)[];
  readonly parked: number;
  readonly generations: unknown;
};

export function registerAdmin(app: FastifyInstance, { pool, log }: ReadContext): void {
  const config = { scope: 'admin' } as const;
  const checksums = createViewChecksums(pool);
  app.get(viewsOperation.path, { config }, async (request, reply) => {
    const query = parseQuery(viewsQuery, request);
    const rows = await rowsOrNone(pool.query<ViewRow>(sql.views).then((result) => result.rows));
    const ends = await log.ends().catch(() => null);
    const list = pageOfAll(rows, query, { path: viewsOperation.path, query }, ({ view }) => view);
    setPageLinks(request, reply, list.page);
    const items = await Promise.all(
      list.items.map(async ({ view, generation, version, log_id: logId, offsets, parked, generations, ...row }) => ({
        view,
        generation,
        version,
        position: toPositionToken({ logId, offsets }),
        lag: lagOf(offsets, row.last_recorded, ends),
        parked,
        checksum: await checksums.of({ view, generation, logId }),
        generations,
      })),
    );
    return await reply.header('cache-control', 'no-store').send({ items, page: list.page });
  });
}

function lagOf(held: Offsets, lastRecorded: readonly (string | null)[], ends: Offsets | null) {
  if (ends === null) return { events: null, seconds: null };
  const behind = ends.map((end, partition) => Math.max(0, end - (held[partition] ?? 0)));
  const since = lastRecorded.filter((at, partition): at is string => at !== null && (behind[partition] ?? 0) > 0);
  const oldest = since.toSorted()[0];
  return {
    events: behind.reduce((sum, events) => sum + events, 0),
    seconds: oldest === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(oldest)) / 1_000),
  };
}

/** Before the first projector has run there are no views, and nothing is parked. */
async function rowsOrNone<T>(rows: Promise<T[]>): Promise<T[]> {
  try {
    return await rows;
  } catch (error) {
    if (isMissingRelation(error)) return [];
    throw error;
  }
}
