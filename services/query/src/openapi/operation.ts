/**
 * What the OpenAPI document says of a route. The schemas are the ones the route validates with, and the ones that tests
 * hold its real answers against.
 */
import type { ProblemCode } from '@ledgerline/http';
import type { z } from 'zod';

export type OperationTag = 'events' | 'claims' | 'statistics' | 'schemas' | 'operating';

export type OperationContent = Readonly<
  Record<string, z.ZodType | { readonly jsonSchema: Readonly<Record<string, unknown>> }>
>;

export type Operation = {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/v1/claims/{subject}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: OperationTag;
  /** Needs no key, wherever the server listens. */
  readonly open?: true;
  readonly summary: string;
  readonly description?: string;
  /** Description by name; all are strings. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly requestBody?: { readonly description: string; readonly content: OperationContent };
  readonly responses: Readonly<
    Record<
      number,
      {
        readonly description: string;
        readonly content?: OperationContent;
        readonly headers?: Readonly<Record<string, string>>;
      }
    >
  >;
  /** Beyond what any route may answer (bad-url, unauthenticated, …). */
  readonly problems: readonly ProblemCode[];
};

/** What every read has besides its own. */
export const readHeaders = {
  request: {
    Prefer: '`wait=N`: wait up to N seconds (30 at most) until the view holds the position asked for.',
    'If-None-Match': 'The ETag of an answer that is at hand: 304 if it still stands.',
  },
  response: {
    'Ledgerline-Position': 'The position that was read at.',
    ETag: 'Weak: of this body.',
  },
} as const;

export const readProblems = [
  'unknown-parameter',
  'repeated-parameter',
  'invalid-parameter',
  'bad-header',
  'bad-position',
  'partial-position',
  'position-ahead',
  'view-behind',
] as const satisfies readonly ProblemCode[];

/** The path as the router writes it. */
export function routePath({ path }: Operation): string {
  return path.replaceAll(/\{([a-z]+)\}/g, ':$1');
}
