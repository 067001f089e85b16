/** What a claim says, taken out of every view: after it was retracted as unlawful. The log keeps its records. */
import { readSql } from '@ledgerline/database';
import { keyNameOf, parseQuery, problem, readJsonBody } from '@ledgerline/http';
import { type Job, redactClaim } from '@ledgerline/projection';
import type { FastifyInstance } from 'fastify';
import { forgetStoredCounts } from '../kept/stored-counts.ts';
import {
  noParameters,
  redactionBody,
  redactionOperations,
  redactionsPath,
  redactionsQuery,
} from '../openapi/redaction-operations.ts';
import type { ReadContext } from '../read-context.ts';
import type { Walk } from '../reading/cursor.ts';
import { isMissingRelation, notBuilt } from '../reading/live-views.ts';
import { setPageLinks } from '../reading/page.ts';
import { pageOfAll } from '../reading/plain-page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { requestUntil } from '../rebuilds/watch-job.ts';
import { toRebuild } from '../shapes/job.ts';

const listSql = readSql(new URL('../sql/list-redactions.sql', import.meta.url));
const defaultWaitMs = 10_000;

type RedactionRow = { readonly subject: string; readonly reason: string; readonly redactedBy: string | null };

export function registerRedactions(app: FastifyInstance, { pool, stopping }: ReadContext): void {
  app.post(redactionOperations.redact.path, { config: { scope: 'admin' } }, async (request, reply) => {
    parseQuery(noParameters, request);
    const { subject, reason } = await readJsonBody(request, redactionBody);
    const waitMs = request.headers.prefer === undefined ? defaultWaitMs : preferredWaitMs(request.headers.prefer);
    const answer = await redactClaim(pool, { subject, reason, by: keyNameOf(request) }).catch((error: unknown) => {
      throw isMissingRelation(error) ? notBuilt() : error;
    });
    switch (answer.kind) {
      case 'unknown-claim':
        throw problem('unknown-claim');
      case 'not-unlawful':
        throw problem('not-unlawful');
      case 'rebuild-running':
        throw problem('rebuild-running', `A rebuild of ${answer.view} must end first.`);
      case 'redacted': {
        await forgetStoredCounts(pool);
        const jobs = await requestUntil(pool, answer.request, isOver, waitMs, stopping);
        return await reply
          .code(isOver(jobs) ? 200 : 202)
          .header('cache-control', 'no-store')
          .send({ subject, records: answer.records, rebuilds: jobs.map(toRebuild) });
      }
      default:
        return answer satisfies never;
    }
  });

  app.get(redactionOperations.list.path, { config: { scope: 'admin' } }, async (request, reply) => {
    const query = parseQuery(redactionsQuery, request);
    const walk: Walk = { path: redactionsPath, query };
    const all = await pool
      .query<RedactionRow>(listSql)
      .then(({ rows }) => rows)
      .catch((error: unknown) => {
        if (isMissingRelation(error)) return [];
        throw error;
      });
    const { items, page } = pageOfAll(all, query, walk, ({ subject, reason, redactedBy }) =>
      JSON.stringify([subject, reason, redactedBy]),
    );
    setPageLinks(request, reply, page);
    return await reply.header('cache-control', 'no-store').send({ items, page });
  });
}

function isOver(jobs: readonly Job[]): boolean {
  return jobs.every(({ finishedAt }) => finishedAt !== null);
}
