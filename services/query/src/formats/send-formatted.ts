/**
 * A list of claims in another format. A walk goes out page by page as the client reads it, all of one position; a feed,
 * or a walk with a limit, is one page.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Read, ReadContext } from '../read-context.ts';
import type { Clocks } from '../reading/clock-parameters.ts';
import { type Cursor, parseCursor, type Walk } from '../reading/cursor.ts';
import { setPageLinks } from '../reading/page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { sendStream, sendText } from '../reading/send-answer.ts';
import { type ClaimsPage, type ClaimsPageSpec, readClaimsPage } from '../timeline/read-claims-page.ts';
import type { ClaimFormat, FormatContext, FormattedClaim } from './claim-format.ts';

export type FormattedSpec = Omit<ClaimsPageSpec, 'from' | 'limit' | 'counts'> & {
  /** undefined: all of a walk, the usual page of a feed. */
  readonly limit: number | undefined;
  /** Where only a read can tell which claims the list is of. */
  readonly subjectsOf?: (read: Read) => Promise<readonly string[]>;
};

type Query = Clocks & Readonly<Record<string, unknown>> & { readonly cursor?: string | undefined };

const FEED_PAGE = 100;
const WALK_PAGE = 500;

export async function sendFormatted(
  reads: ReadContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { format, path, query, spec }: { format: ClaimFormat; path: string; query: Query; spec: FormattedSpec },
): Promise<FastifyReply> {
  const asked = format.extent === 'feed' ? asFeed(spec, format) : spec;
  const walk: Walk = { path, query: { ...query, order: asked.order, state: asked.filters.state } };
  const cursor = query.cursor === undefined ? null : parseCursor(query.cursor, walk);
  const waitMs = preferredWaitMs(request.headers.prefer);
  const where = { views: ['timeline'], clocks: query, pinned: cursor?.pinned, waitMs } as const;
  const { mediaType: contentType } = format;
  return await reads.run(where, async (read) => {
    const shown = await withSubjects(asked, read);
    const context = contextOf(request, read);
    if (shown.limit !== undefined) {
      const page = await readClaimsPage(read, walk, { ...shown, from: cursor, limit: shown.limit });
      setPageLinks(request, reply, page.page);
      const all = { ...context, next: urlOfPage(request, page.page.next) };
      const text = format.head(all) + writeItems(format, parseItems(page), 0, all) + format.tail(all);
      return sendText(request, reply, { text, contentType, token: read.token });
    }
    const readPage = (from: Cursor | null) => readClaimsPage(read, walk, { ...shown, from, limit: WALK_PAGE });
    // Before the head goes out: what is wrong here still has a status.
    const first = await readPage(cursor);
    const stream = Readable.from(
      writeWalk(format, first, (next) => readPage(parseCursor(next, walk)), context),
      {
        objectMode: false,
      },
    );
    return sendStream(request, reply, {
      stream,
      contentType,
      token: read.token,
      etag: etagOf(read, context.url, format),
    });
  });
}

async function withSubjects(spec: FormattedSpec, read: Read): Promise<FormattedSpec> {
  if (spec.subjectsOf === undefined) return spec;
  const subject = { negated: false, values: await spec.subjectsOf(read) };
  return { ...spec, filters: { ...spec.filters, subject } };
}

/** What was recorded last comes first; a feed that can say so also says what was taken back. */
function asFeed(spec: FormattedSpec, { name }: ClaimFormat): FormattedSpec {
  const { filters } = spec;
  const state = name === 'atom' ? 'all' : filters.state;
  return {
    ...spec,
    order: '-recorded',
    filters: state === undefined ? filters : { ...filters, state },
    limit: spec.limit ?? FEED_PAGE,
  };
}

async function* writeWalk(
  format: ClaimFormat,
  first: ClaimsPage,
  readPage: (next: string) => Promise<ClaimsPage>,
  context: FormatContext,
): AsyncGenerator<string> {
  yield format.head(context);
  let count = 0;
  for (let page = first; ; ) {
    const { next } = page.page;
    const items = parseItems(page);
    const following = next === null ? null : readPage(next);
    // Awaited below, or never where the client leaves: then nobody else would take the rejection.
    following?.catch(() => undefined);
    yield writeItems(format, items, count, context);
    count += items.length;
    if (following === null) break;
    page = await following;
  }
  yield format.tail(context);
}

const parseItems = ({ items }: ClaimsPage): readonly FormattedClaim[] =>
  items.map(({ bytes }) => JSON.parse(bytes.toString()) as FormattedClaim);

function writeItems(
  format: ClaimFormat,
  items: readonly FormattedClaim[],
  from: number,
  context: FormatContext,
): string {
  return items.map((claim, index) => format.item(claim, from + index, context)).join('');
}

function contextOf(request: FastifyRequest, { token }: Read): FormatContext {
  const origin = `${request.protocol}://${request.host}`;
  return { origin, url: new URL(request.url, origin).href, position: token, next: null };
}

function urlOfPage(request: FastifyRequest, cursor: string | null): string | null {
  if (cursor === null) return null;
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  url.searchParams.set('cursor', cursor);
  return url.href;
}

/** The same address at the same position is the same text. */
function etagOf({ token, located }: Read, url: string, { name }: ClaimFormat): string {
  const schema = located.views.get('timeline')?.schema ?? '';
  return `W/"${createHash('sha1').update([token, schema, name, url].join('\n')).digest('base64url')}"`;
}
