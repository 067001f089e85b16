/** What operators see of the views: how far each is, and what it could not apply. Reads only. */
import { readSql } from '@ledgerline/database';
import { parseQuery } from '@ledgerline/http';
import { type Offsets, toPositionToken } from '@ledgerline/log';
import { viewNames } from '@ledgerline/projection';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Operation } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { isMissingRelation } from '../reading/live-views.ts';
import { defaultLimit, pageParameters } from '../reading/page.ts';

const sql = {
  views: readSql(new URL('../sql/list-views.sql', import.meta.url)),
  parked: readSql(new URL('../sql/list-parked.sql', import.meta.url)),
};

const noParameters = z.object({});
const parkedQuery = z.object({
  limit: pageParameters.limit,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({ description: 'The `next` of the page before.' }),
});

export const viewsSchema = z
  .strictObject({
    items: z.array(
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
            .describe('Since the last event held, of partitions that lag; 0 where none does.'),
        }),
        parked: z.int(),
        generations: z.array(z.strictObject({ generation: z.int(), version: z.int(), state: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Views' });

export const parkedSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.int(),
        view: z.enum(viewNames as [string, ...string[]]),
        generation: z.int(),
        partition: z.int(),
        offset: z.int(),
        recordedAt: z.iso.datetime(),
        parkedAt: z.iso.datetime(),
        reason: z.string(),
        message: z.string(),
        subject: z.string().nullable(),
        source: z.string().nullable(),
        eventId: z.string().nullable(),
        type: z.string().nullable(),
      }),
    ),
    page: z.strictObject({ next: z.string().nullable() }),
  })
  .meta({ id: 'Parked' });

export const viewsOperation: Operation = {
  method: 'get',
  path: '/v1/admin/views',
  id: 'listViews',
  tag: 'operating',
  summary: 'Each view: its live generation, how far it is, what it has parked',
  query: noParameters,
  responses: { 200: { description: 'The views there are.', content: { 'application/json': viewsSchema } } },
  problems: ['unknown-parameter'],
};

export const parkedOperation: Operation = {
  method: 'get',
  path: '/v1/admin/parked',
  id: 'listParked',
  tag: 'operating',
  summary: 'Events that a view could not apply, and those of the same subject that wait behind them',
  query: parkedQuery,
  responses: {
    200: { description: 'In the order they were set aside.', content: { 'application/json': parkedSchema } },
  },
  problems: ['unknown-parameter', 'repeated-parameter', 'invalid-parameter'],
};

type ViewRow = {
  readonly view: string;
  readonly generation: number;
  readonly version: number;
  readonly log_id: string;
  readonly offsets: number[];
  readonly last_recorded: (string | null)[];
  readonly parked: number;
  readonly generations: unknown;
};

type ParkedRow = {
  readonly id: number;
  readonly recorded_at: string;
  readonly parked_at: string;
  readonly event_id: string | null;
};

export function registerAdmin(app: FastifyInstance, { pool, log }: ReadContext): void {
  const config = { scope: 'admin' } as const;
  app.get(viewsOperation.path, { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const rows = await rowsOrNone(pool.query<ViewRow>(sql.views).then((result) => result.rows));
    const ends = await log.ends().catch(() => null);
    const items = rows.map(({ view, generation, version, log_id: logId, offsets, parked, generations, ...row }) => ({
      view,
      generation,
      version,
      position: toPositionToken({ logId, offsets }),
      lag: lagOf(offsets, row.last_recorded, ends),
      parked,
      generations,
    }));
    return await reply.header('cache-control', 'no-store').send({ items });
  });

  app.get(parkedOperation.path, { config }, async (request, reply) => {
    const { limit = defaultLimit, cursor = '0' } = parseQuery(parkedQuery, request);
    const values = [Number(cursor), limit + 1];
    const rows = await rowsOrNone(pool.query<ParkedRow>(sql.parked, values).then((result) => result.rows));
    const items = rows
      .slice(0, limit)
      .map(({ recorded_at: recordedAt, parked_at: parkedAt, event_id: eventId, ...row }) => ({
        ...row,
        recordedAt,
        parkedAt,
        eventId,
      }));
    const next = rows.length > limit ? String(items.at(-1)?.id) : null;
    return await reply.header('cache-control', 'no-store').send({ items, page: { next } });
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
