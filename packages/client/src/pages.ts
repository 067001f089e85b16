/** Lists as iterators: pages are fetched as the items of the one before are used up. */
import { UnexpectedAnswerError } from './errors.ts';
import { type ListOptions, toHeaders, toQuery } from './parameters.ts';
import type { Facets } from './shapes.ts';
import type { Transport } from './transport.ts';

export type Page<T> = {
  readonly items: readonly T[];
  readonly page: {
    readonly next: string | null;
    readonly prev: string | null;
    readonly total?: number;
    readonly position: string;
  };
  /** Where the list was asked for `facets`. */
  readonly facets?: Facets;
};

/** Every item of a list, over all its pages, which show one position. Each iteration is a walk of its own. */
export type Items<T> = AsyncIterable<T> & {
  /** What the walk shows: of the page last fetched; null before the first. */
  readonly position: string | null;
  /** The same walk, page by page. */
  pages(): AsyncIterable<Page<T>>;
  /** The first page, or the one of `cursor`. */
  page(): Promise<Page<T>>;
};

export function createItems<T>(transport: Transport, path: string, options: ListOptions): Items<T> {
  let position: string | null = null;

  const fetchPage = async (cursor: string | undefined): Promise<Page<T>> => {
    const query = cursor === undefined ? toQuery(options) : { ...toQuery(options), cursor };
    const headers = { accept: 'application/json', ...toHeaders(options) };
    const page = readJson(
      await transport.request({ method: 'GET', path, query, headers, signal: options.signal }),
    ) as Page<T>;
    position = page.page.position;
    return page;
  };

  async function* pages(): AsyncGenerator<Page<T>> {
    let cursor = options.cursor;
    for (;;) {
      const page = await fetchPage(cursor);
      yield page;
      if (page.page.next === null) return;
      cursor = page.page.next;
    }
  }

  return {
    get position() {
      return position;
    },
    pages,
    page: () => fetchPage(options.cursor),
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.items;
    },
  };
}

export function readJson({ status, text }: { readonly status: number; readonly text: string }): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedAnswerError(status, 'the answer is not JSON');
  }
}
