/** Native EventSource in Chromium, on a page of another origin. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { startChromium, type Teardown } from '@ledgerline/testkit';
import { type Item, toItem } from './stream-item.ts';
import type { Subscriber } from './subscriber.ts';

/** Of the page, which has no types here. */
type PageWindow = {
  received: Item[][];
  EventSource: new (
    url: string,
  ) => { addEventListener(name: 'message', listener: (message: { data: string }) => void): void };
};

/** null where there is no Chromium. Browsers open six connections to a host at most. */
export async function subscribeInBrowser(
  t: Teardown,
  streams: readonly { readonly baseUrl: string; readonly path: string }[],
): Promise<Subscriber[] | null> {
  const browser = await startChromium(t);
  if (browser === null) return null;
  const site = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>streams</title>'),
  );
  await once(site.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => void site.close());
  const { port } = site.address() as { port: number };
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate(`globalThis.toItem = ${toItem.toString()}`);
  await page.evaluate(
    (urls) => {
      const page = globalThis as unknown as PageWindow & { toItem: typeof toItem };
      page.received = urls.map((url) => {
        const items: Item[] = [];
        new page.EventSource(url).addEventListener('message', ({ data }) => void items.push(page.toItem(data)));
        return items;
      });
    },
    streams.map(({ baseUrl, path }) => `${baseUrl}${path}`),
  );
  return streams.map(({ path }, index) => ({
    name: 'EventSource in Chromium',
    path,
    received: async (atLeast) =>
      // As one text, and only once it is of use: the protocol takes seconds for as many values.
      JSON.parse(
        await page.evaluate(
          ([which, least]) => {
            const items = (globalThis as unknown as PageWindow).received[which] ?? [];
            return JSON.stringify(items.length < least ? null : items);
          },
          [index, atLeast] as const,
        ),
      ) as Item[] | null,
    stop: () => undefined,
  }));
}
