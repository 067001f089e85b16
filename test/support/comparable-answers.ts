/**
 * Answers of two logs made comparable. What must differ is replaced by what must not: a position by its offsets (only
 * the log's id goes), an append time by the place of its event, a cursor by the fact that there is one, as a checksum,
 * which is of rows with append times in them.
 */
import { parsePositionToken } from '@ledgerline/log';
import type { Answer } from './rest-client.ts';
import type { EventItem } from './shapes.ts';

export type ToComparable = (value: unknown) => unknown;

/** @param items the whole log, in log order; its append times must all differ */
export function comparableBy(items: readonly EventItem[]): ToComparable {
  const places = new Map(items.map(({ recordedAt }, index) => [recordedAt, `time of event ${index}`]));
  if (places.size !== items.length) throw new Error('two events share an append time');
  const ofText = (name: string, text: string): string => {
    if ((name === 'next' || name === 'prev') && text !== '') return 'a cursor';
    if (name === 'checksum') return 'a checksum';
    const position = parsePositionToken(text);
    if (position !== null) return `position ${JSON.stringify(position.offsets)}`;
    return places.get(text) ?? text;
  };
  const comparable = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string') return ofText(name, value);
    if (Array.isArray(value)) return value.map((element) => comparable(element));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner, key)]));
  };
  return (value) => comparable(value);
}

/** Status, the headers that are promised, and the body: NDJSON line by line. */
export function partsOf({ status, headers, text, json }: Answer): unknown {
  const isLines = headers.get('content-type')?.startsWith('application/x-ndjson') ?? false;
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    status,
    type: headers.get('content-type'),
    position: headers.get('ledgerline-position'),
    body: isLines ? lines.map((line) => JSON.parse(line) as unknown) : (json ?? text),
  };
}
