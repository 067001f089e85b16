/** A list that is read whole at one position: as JSON with its page, or its items in another format. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../openapi/operation.ts';
import type { Read, ReadContext, ReadSpec } from '../read-context.ts';
import { defaultLimit } from '../reading/page.ts';
import { preferredWaitMs } from '../reading/prefer-wait.ts';
import { sendText, varyBy } from '../reading/send-answer.ts';
import type { FormatContext } from './claim-format.ts';
import { linkCsvMetadata } from './csv-metadata.ts';
import { chooseFormat, type ListFormat } from './list-format.ts';

/** More than any list has, and small enough for PostgreSQL to add to. */
const all = 1_000_000_000;

export type FormattedList<Item> = {
  readonly formats: readonly ListFormat<Item>[];
  /** Where the columns of the CSV are explained. */
  readonly csvMetadata?: Operation;
};

/** The format that a request asks for, and how many items a page then has where it does not say. */
export function askedFormat<Item>(
  request: FastifyRequest,
  { formats }: FormattedList<Item>,
  query: { readonly format?: string | undefined },
): { readonly format: ListFormat<Item> | null; readonly defaultLimit: number } {
  const format = chooseFormat(formats, query.format, request.headers.accept);
  return { format, defaultLimit: format === null ? defaultLimit : all };
}

/** Answers with what the work resolves to, whose items the format writes. */
export async function answerList<Item>(
  reads: ReadContext,
  request: FastifyRequest,
  reply: FastifyReply,
  {
    list,
    format,
    ...spec
  }: ReadSpec & { readonly list: FormattedList<Item>; readonly format: ListFormat<Item> | null },
  work: (read: Read) => Promise<{ readonly items: readonly Item[] }>,
): Promise<FastifyReply> {
  varyBy(reply, 'Accept');
  if (format === null) return await reads.answer(request, reply, spec, work);
  const waitMs = preferredWaitMs(request.headers.prefer);
  const { items, token } = await reads.run({ ...spec, waitMs }, async (read) => ({
    items: (await work(read)).items,
    token: read.token,
  }));
  if (format.name === 'csv' && list.csvMetadata !== undefined) addDescription(reply, list.csvMetadata);
  const text = format.write(items, contextOf(request, token));
  return sendText(request, reply, { text, token, contentType: format.mediaType });
}

/** Beside the links to other pages, where there are some. */
function addDescription(reply: FastifyReply, metadata: Operation): void {
  const pages = reply.getHeader('link');
  linkCsvMetadata(reply, metadata);
  if (pages !== undefined) reply.header('link', `${String(pages)}, ${String(reply.getHeader('link'))}`);
}

function contextOf(request: FastifyRequest, position: string): FormatContext {
  const origin = `${request.protocol}://${request.host}`;
  return { origin, url: new URL(request.url, origin).href, position, next: null };
}
