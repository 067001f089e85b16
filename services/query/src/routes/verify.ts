/** The views compared with the log, by the projectors, when an operator asks for it. */
import { parseQuery, problem, readCommandBody } from '@ledgerline/http';
import { type Job, readJobs, requestVerification, type ViewName, viewNames } from '@ledgerline/projection';
import type { FastifyInstance } from 'fastify';
import { routePath } from '../openapi/operation.ts';
import { noParameters, rebuildOperations, verificationsPath } from '../openapi/rebuild-operations.ts';
import type { ReadContext } from '../read-context.ts';
import { isMissingRelation, notBuilt } from '../reading/live-views.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { requestUntil } from '../rebuilds/watch-job.ts';
import { toVerification, verifyBody } from '../shapes/job.ts';

const defaultWaitMs = 10_000;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function registerVerify(app: FastifyInstance, { pool, stopping }: ReadContext): void {
  const config = { scope: 'admin' } as const;

  app.post(rebuildOperations.verify.path, { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const { views = viewNames } = await readCommandBody(request, verifyBody);
    const waitMs = request.headers.prefer === undefined ? defaultWaitMs : preferredWaitMs(request.headers.prefer);
    const names = viewNames.filter((name) => views.includes(name)) satisfies readonly ViewName[];
    const id = await requestVerification(pool, names).catch((error: unknown) => {
      throw isMissingRelation(error) ? notBuilt() : error;
    });
    const jobs = await requestUntil(pool, id, isOver, waitMs, stopping);
    return await reply
      .code(isOver(jobs) ? 200 : 202)
      .header('location', `${verificationsPath}/${id}`)
      .header('cache-control', 'no-store')
      .send(toVerification(id, jobs));
  });

  app.get(routePath(rebuildOperations.verification), { config }, async (request, reply) => {
    parseQuery(noParameters, request);
    const { id } = request.params as { readonly id: string };
    const jobs = uuid.test(id) ? await jobsOf(id) : [];
    if (jobs.length === 0) throw problem('unknown-rebuild', 'There is no verification with this id.');
    return await reply.header('cache-control', 'no-store').send(toVerification(id, jobs));
  });

  async function jobsOf(request: string): Promise<Job[]> {
    try {
      return await readJobs(pool, { request });
    } catch (error) {
      if (isMissingRelation(error)) return [];
      throw error;
    }
  }
}

function isOver(jobs: readonly Job[]): boolean {
  return jobs.every(({ finishedAt }) => finishedAt !== null);
}
