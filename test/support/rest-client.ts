/** The system as a client sees it: REST alone, wherever its two halves listen. */
import { parsePositionToken, toPositionToken } from '@ledgerline/log';
import type { EventJson } from '@ledgerline/testkit';
import type { WriteResult } from './shapes.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; null where it is no JSON. */
  readonly json: unknown;
};

export type RestClient = {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The body of a 200. Rejects on any other status. */
  read<Body>(path: string, headers?: Readonly<Record<string, string>>): Promise<Body>;
  /** All items of a list, over all of its pages. */
  items<Item>(path: string): Promise<Item[]>;
  post(body: string, contentType: string): Promise<Answer>;
  /** One event, structured. */
  send(event: unknown): Promise<Answer>;
  /** As NDJSON. Rejects unless every one was stored. */
  sendLines(events: readonly EventJson[]): Promise<WriteResult[]>;
  /** Resolves when every view holds these writes. Rejects where one doesn't in half a minute. */
  settle(positions: readonly string[]): Promise<void>;
};

type Page<Item> = { readonly items: readonly Item[]; readonly page: { readonly next: string | null } };

const REQUEST_TIMEOUT_MS = 40_000;
/** A read of each view. */
const readsOfViews = ['/v1/events?limit=1', '/v1/timeline?limit=1', '/v1/statistics/series?limit=1'];

/** @param at base URLs of the query and the ingest service: the same one for standalone */
export function createRestClient(at: { readonly read: string; readonly write: string }, key?: string): RestClient {
  const access: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const request = async (url: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
  };
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    request(`${at.read}${path}`, { headers: { ...access, ...headers } });
  const post = (body: string, contentType: string) =>
    request(`${at.write}/v1/events`, { method: 'POST', headers: { ...access, 'content-type': contentType }, body });
  const client: RestClient = {
    get,
    post,
    async read<Body>(path: string, headers?: Readonly<Record<string, string>>) {
      const answer = await get(path, headers);
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      return answer.json as Body;
    },
    async items<Item>(path: string) {
      const found: Item[] = [];
      let cursor: string | null = null;
      do {
        const separator = path.includes('?') ? '&' : '?';
        const more: string = cursor === null ? '' : `${separator}cursor=${encodeURIComponent(cursor)}`;
        const answer: Page<Item> = await client.read(`${path}${more}`);
        found.push(...answer.items);
        cursor = answer.page.next;
      } while (cursor !== null);
      return found;
    },
    send: (event) => post(JSON.stringify(event), 'application/cloudevents+json'),
    async sendLines(events) {
      const answer = await post(events.map((event) => JSON.stringify(event)).join('\n'), 'application/x-ndjson');
      const results = answer.text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as WriteResult);
      const odd = results.find(({ status }) => status !== 'stored');
      if (answer.status !== 200 || odd !== undefined || results.length !== events.length) {
        throw new Error(`not all stored: ${answer.status} ${JSON.stringify(odd) ?? answer.text}`);
      }
      return results;
    },
    async settle(positions) {
      const minPosition = mergePositions(positions);
      for (const path of readsOfViews) await client.read(`${path}&minPosition=${minPosition}`, { prefer: 'wait=30' });
    },
  };
  return client;
}

/** One position that is reached when all are: of each partition the furthest offset named. */
export function mergePositions(tokens: readonly string[]): string {
  const positions = tokens.map((token) => {
    const position = parsePositionToken(token);
    if (position === null) throw new Error(`no position: ${token}`);
    return position;
  });
  const [first] = positions;
  if (first === undefined) throw new Error('no position to merge');
  const offsets = first.offsets.map((_, partition) => {
    const named = positions.map((position) => position.offsets[partition] ?? null).filter((offset) => offset !== null);
    return named.length === 0 ? null : Math.max(...named);
  });
  return toPositionToken({ logId: first.logId, offsets });
}
