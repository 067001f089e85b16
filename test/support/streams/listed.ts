/** What the lists say of what a stream was to send: read long after, from whatever query service there is. */
import { until } from '../until.ts';
import { type Lanes, toLanes } from './received.ts';
import { type Item, toItem } from './stream-item.ts';

type Page = { readonly items: object[]; readonly page: { next: string | null; total?: number } };

const LIMIT_MS = 120_000;

/**
 * The raw log is read whole, as lines; changes are listed in pages.
 * @param path of the stream, `deliver` and filters in its query
 */
export async function listed(queryUrl: string, path: string): Promise<Lanes> {
  const { searchParams } = new URL(path, queryUrl);
  const changes = searchParams.get('deliver') === 'changes';
  for (const name of ['deliver', 'after']) searchParams.delete(name);
  return toLanes(await (changes ? listChanges(queryUrl, searchParams) : replayEvents(queryUrl, searchParams)));
}

async function replayEvents(queryUrl: string, filters: URLSearchParams): Promise<Item[]> {
  const response = await fetch(`${queryUrl}/v1/events?${filters}`, { headers: { accept: 'application/x-ndjson' } });
  if (!response.ok) throw new Error(`${response.status} ${response.url}`);
  const lines = (await response.text()).split('\n');
  return lines.filter(Boolean).map(toItem);
}

async function listChanges(queryUrl: string, filters: URLSearchParams): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await get(`${queryUrl}/v1/changes?limit=1000&${filters}${cursor}`);
    items.push(...body.items.map((item) => toItem(JSON.stringify(item))));
    if (body.page.next === null) return items;
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
