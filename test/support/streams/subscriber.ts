/** A subscriber that resumes for ever, whatever becomes of its connections. */
import { request } from 'node:http';
import { Ledgerline, type SubscribeOptions } from '@ledgerline/client';
import { EventSource } from 'eventsource';
import { type Item, toItem } from './stream-item.ts';

export type Subscriber = {
  readonly name: string;
  /** What follows the base URL. */
  readonly path: string;
  /** All that it has got; null while it is less than so much. */
  received(atLeast: number): Promise<readonly Item[] | null>;
  stop(): void;
};

const PAUSE_MS = 50;

/** Straight-line code on node:http, by the HTML standard. */
export function subscribeRaw(baseUrl: string, path: string): Subscriber {
  const items: Item[] = [];
  let lastEventId = '';
  let stopped = false;
  let current: { destroy(): void } | undefined;
  const open = () => {
    if (stopped) return;
    const headers = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
    const sent = request(`${baseUrl}${path}`, { headers, agent: false }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      response.on('data', (chunk: string) => {
        rest += chunk;
        for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
          take(rest.slice(0, end));
          rest = rest.slice(end + 2);
        }
      });
    });
    sent.on('error', () => undefined);
    sent.once('close', () => setTimeout(open, PAUSE_MS));
    sent.end();
    current = sent;
  };
  const take = (block: string) => {
    let name = 'message';
    let data: string | null = null;
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'data') data = value;
      if (field === 'event') name = value;
      if (field === 'id') lastEventId = value;
    }
    if (data !== null && name === 'message') items.push(toItem(data));
  };
  open();
  return {
    name: 'raw Node',
    path,
    received: enoughOf(items),
    stop() {
      stopped = true;
      current?.destroy();
    },
  };
}

/** The npm package that most take. */
export function subscribeWithEventSource(baseUrl: string, path: string): Subscriber {
  const items: Item[] = [];
  const source = new EventSource(`${baseUrl}${path}`);
  source.addEventListener('message', ({ data }) => void items.push(toItem(String(data))));
  return { name: 'npm eventsource', path, received: enoughOf(items), stop: () => source.close() };
}

/** Our own client, which takes lines instead of frames and keeps its place itself. */
export function subscribeWithClient(baseUrl: string, path: string): Subscriber {
  const items: Item[] = [];
  const stopping = new AbortController();
  const { after, deliver, ...filters } = Object.fromEntries(new URL(path, baseUrl).searchParams);
  const options = { filters, from: after, deliver, signal: stopping.signal } as SubscribeOptions;
  const reading = (async () => {
    for await (const item of new Ledgerline({ url: baseUrl }).subscribe(options)) {
      items.push(toItem(JSON.stringify(item)));
    }
  })();
  let fault: Error | null = null;
  reading.catch((error: unknown) => {
    if (!stopping.signal.aborted) fault = error instanceof Error ? error : new Error(String(error));
  });
  return {
    name: '@ledgerline/client',
    path,
    received: (atLeast) => (fault === null ? enoughOf(items)(atLeast) : Promise.reject(fault)),
    stop: () => stopping.abort(),
  };
}

function enoughOf(items: readonly Item[]): Subscriber['received'] {
  return (atLeast) => Promise.resolve(items.length < atLeast ? null : items);
}
