/** What operators see of the views: how far each is. Reads only. */
import { readSql } from '@ledgerline/database';
import { parseQuery } from '@ledgerline/http';
import { type EventLog, type Offsets, toPositionToken } from '@ledgerline/log';
import { secondsWaiting, type ViewName, viewNames } from '@ledgerline/projection';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Operation } from '../openapi/operation.ts';
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
      seconds: z
        .number()
        .nullable()
        .describe(
          'Since the oldest event that is not held was recorded; 0 where all are, null where the log could not be read.',
        ),
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
  readonly parked: number;
  readonly generations: unknown;
};

export type AdminDependencies = { readonly pool: Pool; readonly log: Pick<EventLog, 'ends' | 'read'> };

export function registerAdmin(app: FastifyInstance, { pool, log }: AdminDependencies): void {
  const config = { scope: 'admin' } as const;
  const checksums = createViewChecksums(pool);
  app.get(viewsOperation.path, { config }, async (request, reply) => {
    const query = parseQuery(viewsQuery, request);
    const rows = await rowsOrNone(pool.query<ViewRow>(sql.views).then((result) => result.rows));
    const ends = await log.ends().catch(() => null);
    const list = pageOfAll(rows, query, { path: viewsOperation.path, query }, ({ view }) => view);
    setPageLinks(request, reply, list.page);
    const items = await Promise.all(
      list.items.map(async ({ view, generation, version, log_id: logId, offsets, parked, generations }) => ({
        view,
        generation,
        version,
        position: toPositionToken({ logId, offsets }),
        lag: await lagOf(log, offsets, ends),
        parked,
        checksum: await checksums.of({ view, generation, logId }),
        generations,
      })),
    );
    return await reply.header('cache-control', 'no-store').send({ items, page: list.page });
  });
}

async function lagOf(log: Pick<EventLog, 'read'>, held: Offsets, ends: Offsets | null) {
  if (ends === null) return { events: null, seconds: null };
  const next = (partition: number) => held[partition] ?? 0;
  const events = ends.reduce((sum, end, partition) => sum + Math.max(0, end - next(partition)), 0);
  const waiting = ends.map(async (end, partition) => await secondsWaiting(log, partition, next(partition), end));
  const seconds = await Promise.all(waiting).then(
    (found) => Math.max(0, ...found),
    () => null,
  );
  return { events, seconds };
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
