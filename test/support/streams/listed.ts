/** What the lists say of what a stream was to send: read in pages, long after, from whatever query service there is. */
import { until } from '../until.ts';
import { type Lanes, toLanes } from './received.ts';
import { type Item, toItem } from './stream-item.ts';

type Page = { readonly items: object[]; readonly page: { next: string | null; total?: number } };

const LIMIT_MS = 120_000;

/** @param path of the stream, `deliver` and filters in its query */
export async function listed(queryUrl: string, path: string): Promise<Lanes> {
  const { searchParams } = new URL(path, queryUrl);
  const list = searchParams.get('deliver') === 'changes' ? 'changes' : 'events';
  for (const name of ['deliver', 'after']) searchParams.delete(name);
  const items: Item[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await get(`${queryUrl}/v1/${list}?limit=1000&${searchParams}${cursor}`);
    items.push(...body.items.map((item) => toItem(JSON.stringify(item))));
    if (body.page.next === null) return toLanes(items);
    cursor = `&cursor=${body.page.next}`;
  }
}

/** Resolves when the journal holds so many events, and the timeline all of them. */
export async function holdsAll(queryUrl: string, count: number): Promise<void> {
  const position = await until(
    `the journal holds ${count} events`,
    async () => {
      const { body, position } = await get(`${queryUrl}/v1/events?limit=1&total=exact`);
      return body.page.total === count ? position : undefined;
    },
    LIMIT_MS,
  );
  await until(
    'the timeline holds them',
    async () => {
      const headers = { prefer: 'wait=10' };
      const { status } = await fetch(`${queryUrl}/v1/changes?limit=1&minPosition=${position}`, { headers });
      return status === 200 ? true : undefined;
    },
    LIMIT_MS,
  );
}

/** An answer, and what the view held. */
async function get(url: string): Promise<{ readonly body: Page; readonly position: string }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return { body: (await response.json()) as Page, position: response.headers.get('ledgerline-position') ?? '' };
}
