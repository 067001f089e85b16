/** Load on `POST /v1/events`: bodies made from a fixed set of valid events, each with an id and subject of its own. */
import { generateEvents } from '@ledgerline/testkit';
import autocannon from 'autocannon';

const templates = [...generateEvents({ count: 2_000 })].map(
  ({ id: _id, subject: _subject, specversion: _v, ...rest }) => JSON.stringify(rest).slice(1),
);
let sent = 0;

function nextEvent(): string {
  const n = sent++;
  return `{"specversion":"1.0","id":"e-${n}","subject":"c-${n}",${templates[n % templates.length]}`;
}

export function nextBody(size: number): string {
  if (size === 1) return nextEvent();
  return `[${Array.from({ length: size }, nextEvent).join()}]`;
}

export type Load = { readonly size: number; readonly connections: number } & (
  | { readonly seconds: number }
  | { readonly requests: number }
);

export type Loaded = {
  readonly eventsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
};

export async function load(url: string, options: Load): Promise<Loaded> {
  const { size, connections } = options;
  const type = size === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json';
  const result = await autocannon({
    url: `${url}/v1/events`,
    connections,
    ...('seconds' in options ? { duration: options.seconds } : { amount: options.requests }),
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': type },
        setupRequest: (request: object) => ({ ...request, body: nextBody(size) }),
      },
    ],
  });
  const stored = result['2xx'] * size;
  return {
    eventsPerSecond: stored / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  };
}
