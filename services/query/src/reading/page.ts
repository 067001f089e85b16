/** The page of a list: `limit`, `cursor`, and what leads on and back. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

export const defaultLimit = 50;
export const maxLimit = 1_000;

export const pageParameters = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, `must be 1–${maxLimit}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= maxLimit, `must be 1–${maxLimit}`)
    .optional()
    .meta({ description: `Items on a page, 1–${maxLimit}; default ${defaultLimit}.` }),
  cursor: z.string().min(1).optional().meta({
    description: '`next` or `prev` of another page of the same query: the same position, whatever arrived meanwhile.',
  }),
};

export const pageSchema = z.strictObject({
  next: z.string().nullable().describe('Cursor of the following page; null on the last.'),
  prev: z.string().nullable().describe('Cursor of the page before; null on the first.'),
  total: z.int().optional().describe('Items on all pages, with `total=exact`.'),
  position: z.string().describe('The position that was read at.'),
});

export type Page = z.output<typeof pageSchema>;

/** RFC 8288 Link header: the request's own parameters with the cursor of the other page. */
export function setPageLinks(request: FastifyRequest, reply: FastifyReply, page: Pick<Page, 'next' | 'prev'>): void {
  const said = reply.getHeader('link');
  const links: string[] = said === undefined ? [] : [String(said)];
  for (const rel of ['next', 'prev'] as const) {
    const cursor = page[rel];
    if (cursor === null) continue;
    const url = new URL(request.url, 'http://localhost');
    url.searchParams.set('cursor', cursor);
    links.push(`<${url.pathname}${url.search}>; rel="${rel}"`);
  }
  if (links.length > 0) reply.header('link', links.join(', '));
}
