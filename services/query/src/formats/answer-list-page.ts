/** A list that is cut into pages by place: as JSON with its page and the links to others, or all of it in another format. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Read, ReadContext, ReadSpec } from '../read-context.ts';
import type { Clocks } from '../reading/clock-parameters.ts';
import type { Walk } from '../reading/cursor.ts';
import { type ListSlice, toListPage, toListSlice } from '../reading/list-page.ts';
import { type Page, setPageLinks } from '../reading/page.ts';
import { answerList, askedFormat, type FormattedList } from './answer-list.ts';

export type PagedList<Item> = Pick<ReadSpec, 'views'> & {
  readonly list: FormattedList<Item>;
  readonly query: Clocks & {
    readonly limit?: number | undefined;
    readonly cursor?: string | undefined;
    readonly format?: string | undefined;
  };
  /** What a cursor is good for. */
  readonly walk: Walk;
};

/** @param work gives the items of the slice, and tells `pageOf` whether there are some behind it */
export async function answerListPage<Item>(
  reads: ReadContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { list, query, walk, views }: PagedList<Item>,
  work: (
    read: Read,
    slice: ListSlice,
    pageOf: (more: boolean) => Page,
  ) => Promise<{ readonly items: readonly Item[]; readonly page: Page }>,
): Promise<FastifyReply> {
  const { format, defaultLimit } = askedFormat(request, list, query);
  const slice = toListSlice(query, walk, defaultLimit);
  const spec = { list, format, views, clocks: query, pinned: slice.pinned };
  return await answerList(reads, request, reply, spec, async (read) => {
    const answer = await work(read, slice, (more) => toListPage(read, walk, slice, more));
    setPageLinks(request, reply, answer.page);
    return answer;
  });
}
