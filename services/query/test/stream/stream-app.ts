/** A query service that listens, and readers of its streams. */
import type { Teardown } from '@ledgerline/testkit';
import { eventItemSchema } from '../../src/shapes/event.ts';
import { frameDataSchemas } from '../../src/shapes/stream-frame.ts';
import { crossing, statement } from '../fixture/event-builders.ts';
import { createQueryApp, type QueryApp, type QueryAppOptions } from '../fixture/query-app.ts';
import { type Frame, readStream, type StreamReader } from './read-stream.ts';

export type StreamApp = {
  readonly query: QueryApp;
  readonly baseUrl: string;
  /** @param path what follows `/v1/stream` */
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<StreamReader>;
};

export async function createStreamApp(t: Teardown, options: QueryAppOptions = {}): Promise<StreamApp> {
  const query = await createQueryApp(t, options);
  const baseUrl = await query.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    query,
    baseUrl,
    async open(path, headers = {}) {
      const reader = await readStream(`${baseUrl}/v1/stream${path}`, headers);
      t.teardown(() => reader.cut());
      return reader;
    },
  };
}

/** s-0 …: every fourth one a crossing, the others statements. */
export const mixedEvents = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => {
    const serial = from + index;
    return (serial % 4 === 0 ? crossing : statement)(`s-${serial}`, { title: `Number ${serial}` });
  });

export const messages = (reader: StreamReader): Frame[] => reader.frames.filter(({ event }) => event === 'message');
export const items = (reader: StreamReader) =>
  messages(reader).map(({ data }) => eventItemSchema.parse(JSON.parse(data)));
export const subjects = (reader: StreamReader) => items(reader).map(({ event }) => event['subject']);

/** Places as received, by partition: in order, and nothing missing or twice, where each list counts up by one. */
export function offsetsByPartition(reader: StreamReader): Record<number, number[]> {
  const places: Record<number, number[]> = {};
  for (const { partition, offset } of items(reader)) (places[partition] ??= []).push(offset);
  return places;
}

export const caughtUp = (reader: StreamReader): Promise<Frame> => frameNamed(reader, 'caught-up');
/** Its data is what the document says of it. */
export async function frameNamed(reader: StreamReader, name: keyof typeof frameDataSchemas): Promise<Frame> {
  const frame = await reader.until(name, () => reader.frames.find(({ event }) => event === name));
  frameDataSchemas[name].parse(JSON.parse(frame.data));
  return frame;
}
export const atLeast = (reader: StreamReader, count: number): Promise<true> =>
  reader.until(`${count} items`, () => (messages(reader).length >= count ? true : undefined));

/** Fails where the service does not answer with JSON. */
export async function listEvents(query: QueryApp, parameters = ''): Promise<{ items: unknown[] }> {
  const answer = await query.get(`/v1/events?limit=1000${parameters}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json as { items: unknown[] };
}
