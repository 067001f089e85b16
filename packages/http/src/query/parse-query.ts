/**
 * Query parameters, read strictly from the request target: each at most once, none unknown, all of them UTF-8.
 * Every error is named at once. Values reach the schema as strings.
 */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type ProblemField, problem } from '../problems/problem.ts';
import type { ProblemCode } from '../problems/problem-catalogue.ts';
import { nearestName } from './nearest-name.ts';

type QueryError = ProblemField & { readonly parameter: string; readonly problem: ProblemCode };

/**
 * @throws Problem 400 with `errors` by parameter: `unknown-parameter`, `repeated-parameter`, `invalid-parameter`
 *   (the code of the first of them), or `bad-url` where the query is not percent-encoded UTF-8
 */
export function parseQuery<S extends z.ZodObject>(schema: S, request: Pick<FastifyRequest, 'raw'>): z.output<S> {
  const target = request.raw.url ?? '';
  const mark = target.indexOf('?');
  const values: Record<string, string> = {};
  const errors: QueryError[] = [];
  const known = Object.keys(schema.shape);
  for (const [name, value] of mark === -1 ? [] : decodePairs(target.slice(mark + 1))) {
    if (!known.includes(name)) errors.push(unknown(name, known));
    else if (Object.hasOwn(values, name)) errors.push(repeated(name));
    else values[name] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success && errors.length === 0) return parsed.data;
  for (const issue of parsed.error?.issues ?? []) {
    const parameter = String(issue.path[0] ?? '');
    errors.push({ parameter, message: issue.message, code: issue.code, problem: 'invalid-parameter' });
  }
  const [first] = errors;
  const detail = errors.map(({ parameter, message }) => (parameter ? `${parameter}: ${message}` : message)).join('; ');
  throw problem(first?.problem ?? 'invalid-parameter', detail, {
    errors: errors.map(({ parameter, message, code }) => ({ parameter, message, code })),
  });
}

function unknown(parameter: string, known: readonly string[]): QueryError {
  const nearest = nearestName(parameter, known);
  const taken = known.length > 0 ? `known here: ${known.join(', ')}` : 'this path takes none';
  const message = nearest ? `unknown parameter; did you mean "${nearest}"?` : `unknown parameter; ${taken}`;
  return { parameter, message, code: 'unknown', problem: 'unknown-parameter' };
}

const repeated = (parameter: string): QueryError => ({
  parameter,
  message: 'given more than once; several values are written with commas',
  code: 'repeated',
  problem: 'repeated-parameter',
});

function* decodePairs(query: string): Generator<[string, string]> {
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    yield equals === -1 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  }
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw problem('bad-url', 'The query is not percent-encoded UTF-8.');
  }
  // PostgreSQL takes no NUL in a text: here it is the client's mistake, there it would be our fault.
  if (decoded.includes('\0')) throw problem('bad-url', 'The query contains NUL.');
  return decoded;
}
