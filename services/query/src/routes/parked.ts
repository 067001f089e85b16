/**
 * Records that a view could not apply: listed, tried again, given up. The projector that owns the partition does it: here
 * only a row says what is wanted, and the outcome is read in the same list.
 */
import { readSql } from '@ledgerline/database';
import { keyNameOf, parseQuery, problem, readCommandBody, readJsonBody } from '@ledgerline/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { routePath } from '../openapi/operation.ts';
import {
  discardBody,
  noParameters,
  parkedOperations,
  parkedPath,
  parkedQuery,
  retryBody,
} from '../openapi/parked-operations.ts';
import type { ReadContext } from '../read-context.ts';
import type { Walk } from '../reading/cursor.ts';
import { isMissingRelation } from '../reading/live-views.ts';
import { setPageLinks } from '../reading/page.ts';
import { toPlainPage, toPlainSlice } from '../reading/plain-page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { type ParkedRow, toParkedItem } from '../shapes/parked.ts';

const sql = {
  parked: readSql(new URL('../sql/list-parked.sql', import.meta.url)),
  discarded: readSql(new URL('../sql/list-discarded.sql', import.meta.url)),
  one: readSql(new URL('../sql/read-parked.sql', import.meta.url)),
  request: readSql(new URL('../sql/request-of-parked.sql', import.meta.url)),
};
const pollMs = 100;

export function registerParked(app: FastifyInstance, { pool, stopping }: ReadContext): void {
  const config = { scope: 'admin' } as const;

  app.get(parkedPath, { config }, async (request, reply) => {
    const query = parseQuery(parkedQuery, request);
    const { state, view, subject, reason } = query;
    const walk: Walk = { path: parkedPath, query };
    const slice = toPlainSlice(query, walk);
    const text = state === 'discarded' ? sql.discarded : sql.parked;
    const values = [slice.edge ?? 0, slice.limit + 1, view ?? null, subject ?? null, reason ?? null, slice.backward];
    const rows = await rowsOrNone(pool.query<ParkedRow>(text, values).then((result) => result.rows));
    const { items, page } = toPlainPage(rows.map(toParkedItem), slice, walk, ({ id }) => id);
    setPageLinks(request, reply, page);
    return await uncached(reply).send({ items, page });
  });

  app.get(routePath(parkedOperations.read), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const row = await readOne(pool, idOf(request));
    if (row === null) throw notParked();
    return await uncached(reply).send({ ...toParkedItem(row), value: row.value.toString('base64') });
  });

  app.post(routePath(parkedOperations.retry), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    if ((await readOne(pool, idOf(request))) === null) throw notParked();
    await readCommandBody(request, retryBody);
    return await carryOut(request, reply, 'retry', null);
  });

  app.post(routePath(parkedOperations.discard), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    if ((await readOne(pool, idOf(request))) === null) throw notParked();
    const { reason } = await readJsonBody(request, discardBody);
    return await carryOut(request, reply, 'discard', reason);
  });

  async function carryOut(
    request: FastifyRequest,
    reply: FastifyReply,
    action: 'retry' | 'discard',
    reason: string | null,
  ): Promise<FastifyReply> {
    const id = idOf(request);
    const deadline = performance.now() + preferredWaitMs(request.headers.prefer);
    const asked = await rowsOrNone(
      pool.query(sql.request, [id, action, reason, keyNameOf(request)]).then((result) => result.rows),
    );
    if (asked.length === 0) throw notParked();
    let row = await readOne(pool, id);
    while (row?.requested != null && performance.now() < deadline && !stopping.aborted) {
      await pause(Math.min(pollMs, deadline - performance.now()));
      row = await readOne(pool, id);
    }
    const record = row === null ? null : toParkedItem(row);
    const outcome = record === null ? 'applied' : record.requested === null ? record.state : 'requested';
    return await uncached(reply)
      .code(outcome === 'requested' ? 202 : 200)
      .header('location', `${parkedPath}/${id}`)
      .send({ id, outcome, record });
  }
}

type WholeRow = ParkedRow & { readonly value: Buffer };

async function readOne(pool: Pool, id: number): Promise<WholeRow | null> {
  const rows = await rowsOrNone(pool.query<WholeRow>(sql.one, [id]).then((result) => result.rows));
  return rows[0] ?? null;
}

function idOf(request: FastifyRequest): number {
  const { id } = request.params as { readonly id: string };
  if (!/^\d{1,15}$/.test(id)) throw notParked();
  return Number(id);
}

const notParked = () => problem('unknown-parked-event', 'It may have been applied or discarded meanwhile.');

const uncached = (reply: FastifyReply) => reply.header('cache-control', 'no-store');

/** Before the first projector has run nothing is parked. */
async function rowsOrNone<T>(rows: Promise<T[]>): Promise<T[]> {
  try {
    return await rows;
  } catch (error) {
    if (isMissingRelation(error)) return [];
    throw error;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
