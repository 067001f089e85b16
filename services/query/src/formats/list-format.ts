/** Ways to write the items of a list, and which one a request asks for. */
import { problem } from '@ledgerline/http';
import { z } from 'zod';
import { prefersMediaType } from '../reading/accept.ts';
import type { FormatContext } from './claim-format.ts';
import { csvHead, csvMediaType, csvRows, type Table } from './table.ts';

/** What a format is chosen by. */
export type NamedFormat = { readonly name: string; readonly mediaType: string };

export type ListFormat<Item> = NamedFormat & {
  /** All of it; the same items at the same position give the same text. */
  write(items: readonly Item[], context: FormatContext): string;
};

export function ndjsonOf<Item>(): ListFormat<Item> {
  return {
    name: 'ndjson',
    mediaType: 'application/x-ndjson; charset=utf-8',
    write: (items) => items.map((item) => `${JSON.stringify(item)}\n`).join(''),
  };
}

/** @param rowsOf the rows of an item; one where it is missing */
export function csvOf<Item, Args extends readonly unknown[]>(
  table: Table<Args>,
  rowsOf: (item: Item, context: FormatContext) => readonly Args[],
): ListFormat<Item> {
  return {
    name: 'csv',
    mediaType: csvMediaType,
    write: (items, context) =>
      csvHead(table) +
      csvRows(
        table,
        items.flatMap((item) => rowsOf(item, context)),
      ),
  };
}

/** The parameter `format` of a list that has these besides JSON. */
export function formatParameter(formats: readonly NamedFormat[]) {
  const names: readonly [string, ...string[]] = ['json', ...formats.map(({ name }) => name)];
  return {
    format: z
      .enum(names)
      .optional()
      .meta({
        description: `Comes before \`Accept\`. ${names
          .slice(1)
          .map((name) => `\`${name}\``)
          .join(', ')} give${names.length > 2 ? '' : 's'} all items, unless \`limit\` is given.`,
      }),
  };
}

/** null: JSON. `format` comes before Accept; an Accept that takes none of all is 406. */
export function chooseFormat<Format extends NamedFormat>(
  formats: readonly Format[],
  format: string | undefined,
  accept: string | undefined,
): Format | null {
  if (format !== undefined) return formats.find(({ name }) => name === format) ?? null;
  if (accept === undefined) return null;
  // TimelineJS has no media type of its own.
  const chosen = formats.find((one) => one.name !== 'timelinejs' && prefersMediaType(accept, essenceOf(one)));
  if (chosen) return chosen;
  if (acceptsJson(accept)) return null;
  const any = formats.find((one) => prefersMediaType(accept, `${essenceOf(one).split('/', 1)[0]}/*`));
  if (any) return any;
  throw problem('not-acceptable', `Formats: application/json, ${formats.map(essenceOf).join(', ')}.`);
}

/** For OpenAPI: each format's media type, but JSON's own. */
export function formatContents(
  formats: readonly NamedFormat[],
): Readonly<Record<string, { readonly jsonSchema: { readonly type: 'string' } }>> {
  return Object.fromEntries(
    formats
      .map(essenceOf)
      .filter((mediaType) => mediaType !== 'application/json')
      .map((mediaType) => [mediaType, { jsonSchema: { type: 'string' } }]),
  );
}

const essenceOf = ({ mediaType }: NamedFormat) => mediaType.split(';', 1)[0] ?? mediaType;

function acceptsJson(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return (
      ['*/*', 'application/*', 'application/json', ''].includes(type) &&
      !parameters.some((one) => /^q=0(\.0*)?$/.test(one))
    );
  });
}
