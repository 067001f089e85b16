/**
 * Whatever ends a request becomes a problem: ours as they are, the framework's as their nearest code, and anything
 * else a fault that is logged with its stack and answered 503 without a word about the inside.
 */
import { isRetryable } from '@ledgerline/database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Problem, problem, sendProblem } from './problem.ts';
import type { ProblemCode } from './problem-catalogue.ts';

const frameworkCodes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'bad-url',
  FST_ERR_MAX_PARAM_LENGTH: 'bad-url',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'incomplete-body',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'unsupported-media-type',
};

export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    void sendProblem(reply, toProblem(error, request, logger));
  });
}

/** For errors before routing, where no hook and no error handler runs. */
export function answerFrameworkError(logger: Logger) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    void sendProblem(reply, toProblem(error, request, logger));
  };
}

/** The problem that stands for a thrown value. Faults are logged here, once. */
export function toProblem(error: unknown, request: FastifyRequest, logger: Logger): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = frameworkCodes[code];
  if (known) return problem(known);
  const route = request.routeOptions.url ?? 'unmatched';
  if (isRetryable(error)) {
    logger.warn({ err: error, method: request.method, route }, 'a dependency failed during a request');
    return problem('database-unavailable');
  }
  logger.error({ err: error, method: request.method, route }, 'a request failed');
  return problem('internal-fault', undefined, { retryAfter: 5 });
}
