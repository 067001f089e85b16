/**
 * Rebuilds, asked for and looked at. The projectors do them: what is asked here is a row that one of them takes up.
 */
import { Readable } from 'node:stream';
import { parseQuery, problem, readCommandBody } from '@ledgerline/http';
import {
  cancelJob,
  type Job,
  readJobs,
  requestPromotion,
  requestRebuild,
  rollBackView,
  type ViewName,
  viewNames,
} from '@ledgerline/projection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { routePath } from '../openapi/operation.ts';
import { noParameters, rebuildOperations, rebuildsPath, rebuildsQuery } from '../openapi/rebuild-operations.ts';
import type { ReadContext } from '../read-context.ts';
import { prefersMediaType } from '../reading/accept.ts';
import type { Walk } from '../reading/cursor.ts';
import { isMissingRelation, notBuilt } from '../reading/live-views.ts';
import { viewBehind } from '../reading/locate.ts';
import { setPageLinks } from '../reading/page.ts';
import { toPlainPage, toPlainSlice } from '../reading/plain-page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { jobUntil, watchJob } from '../rebuilds/watch-job.ts';
import { promoteBody, rebuildBody, toRebuild } from '../shapes/job.ts';

const sse = 'text/event-stream';
/** A promotion takes a moment: who asks for it wants to see it. */
const promotionWaitMs = 10_000;

export function registerRebuilds(app: FastifyInstance, { pool, stopping }: ReadContext): void {
  const config = { scope: 'admin' } as const;

  app.post(routePath(rebuildOperations.start), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const view = viewOf(request);
    const { promote, dryRun, filter = null } = await readCommandBody(request, rebuildBody);
    const asked = await whenMade(requestRebuild(pool, { view, promote, dryRun, filter }));
    if (asked.kind === 'running') {
      const members = asked.id === null ? {} : { running: `${rebuildsPath}/${asked.id}` };
      throw problem('rebuild-running', undefined, { members });
    }
    return await answer(reply.code(202), await jobOf(asked.id));
  });

  app.get(rebuildOperations.list.path, { config }, async (request, reply) => {
    const query = parseQuery(rebuildsQuery, request);
    const walk: Walk = { path: rebuildsPath, query };
    const { limit, edge, backward } = toPlainSlice(query, walk);
    const wanted = {
      kinds: ['rebuild', 'partial'],
      limit: limit + 1,
      edge: edge === null ? null : Number(edge),
      backward,
    } as const;
    const jobs = await readJobs(pool, wanted).catch(noneWhereMissing);
    const { items, page } = toPlainPage(jobs.map(toRebuild), { limit, edge, backward }, walk, ({ id }) => id);
    setPageLinks(request, reply, page);
    return await reply.header('cache-control', 'no-store').send({ items, page });
  });

  app.get(routePath(rebuildOperations.read), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const job = await jobOf(idOf(request));
    if (!prefersMediaType(request.headers.accept, sse)) return await answer(reply, job);
    return await reply
      .header('cache-control', 'no-store')
      .type(sse)
      .send(Readable.from(frames(job.id), { objectMode: false }));
  });

  app.post(routePath(rebuildOperations.promote), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const { acceptDifferences } = await readCommandBody(request, promoteBody);
    const { id, reason, state } = await jobOf(idOf(request));
    if (state === 'ready' && reason !== null && !acceptDifferences) {
      throw problem('rebuild-not-ready', `${reason}. Send {"acceptDifferences": true} to promote it all the same.`);
    }
    const asked = await requestPromotion(pool, id, acceptDifferences);
    if (asked === null || !asked.changed) throw notReady(asked?.job);
    const waitMs = request.headers.prefer === undefined ? promotionWaitMs : preferredWaitMs(request.headers.prefer);
    const job = await jobUntil(pool, id, ({ state: now }) => now !== 'ready', waitMs, stopping);
    return await answer(reply.code(job?.state === 'promoted' ? 200 : 202), job ?? asked.job);
  });

  app.post(routePath(rebuildOperations.cancel), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    await readCommandBody(request, z.strictObject({}));
    const { id } = await jobOf(idOf(request));
    const cancelled = await cancelJob(pool, id);
    if (cancelled === null || (!cancelled.changed && cancelled.job.state !== 'cancelled')) {
      throw notReady(cancelled?.job);
    }
    return await answer(reply, cancelled.job);
  });

  app.post(routePath(rebuildOperations.rollback), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const view = viewOf(request);
    await readCommandBody(request, z.strictObject({}));
    const outcome = await whenMade(rollBackView(pool, view));
    switch (outcome.kind) {
      case 'rolled-back':
        return await reply.header('cache-control', 'no-store').send({ view, generation: outcome.generation });
      case 'no-earlier-generation':
        throw problem('no-earlier-generation');
      case 'behind':
        if (!outcome.isOtherVersion) throw viewBehind();
        throw problem(
          'no-earlier-generation',
          `Generation ${outcome.generation} is of another version of the view, which no program here keeps in step: start that program, then roll back.`,
        );
      default:
        return outcome satisfies never;
    }
  });

  async function jobOf(id: number): Promise<Job> {
    const [job] = await readJobs(pool, { id }).catch(noneWhereMissing);
    if (job === undefined || job.kind === 'verification') throw problem('unknown-rebuild');
    return job;
  }

  async function* frames(id: number): AsyncGenerator<string> {
    yield 'retry: 3000\n\n';
    for await (const job of watchJob(pool, id, stopping)) {
      yield job === null ? ':\n\n' : `data: ${JSON.stringify(toRebuild(job))}\n\n`;
    }
  }
}

async function answer(reply: FastifyReply, job: Job): Promise<FastifyReply> {
  return await reply
    .header('cache-control', 'no-store')
    .header('location', `${rebuildsPath}/${job.id}`)
    .send(toRebuild(job));
}

function viewOf(request: FastifyRequest): ViewName {
  const { view } = request.params as { readonly view: string };
  const known = viewNames.find((name) => name === view);
  if (known === undefined) throw problem('unknown-view', `The views are ${viewNames.join(', ')}.`);
  return known;
}

function idOf(request: FastifyRequest): number {
  const { id } = request.params as { readonly id: string };
  if (!/^\d{1,15}$/.test(id)) throw problem('unknown-rebuild');
  return Number(id);
}

function notReady(job: Job | undefined): Error {
  return problem('rebuild-not-ready', job && `It is ${job.state}${job.finishedAt === null ? '' : ', and over'}.`);
}

/** Before the first projector has run there is nothing to be asked of one. */
async function whenMade<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isMissingRelation(error)) throw notBuilt();
    throw error;
  }
}

function noneWhereMissing(error: unknown): [] {
  if (isMissingRelation(error)) return [];
  throw error;
}
