/** Items of a list as a table, as NDJSON or as one JSON array: `--format`, `--json`, else what suits the reader. */
import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { type Column, formatTable } from './table.ts';

export const formats = ['table', 'ndjson', 'json'] as const;
export type Format = (typeof formats)[number];

/** Rows whose widths are made to agree; a longer table begins anew. */
const TABLE_ROWS = 200;
const GATHERED_CHARACTERS = 64 * 1024;

export function formatOf(command: Command, { outIsTerminal }: Terminal): Format {
  const { format, json } = command.optsWithGlobals<{ format?: Format; json?: boolean }>();
  return format ?? (json ? 'json' : outIsTerminal ? 'table' : 'ndjson');
}

/** @returns how many there were */
export async function writeItems<T>(
  terminal: Terminal,
  format: Format,
  columns: readonly Column<T>[],
  items: AsyncIterable<T> | Iterable<T>,
): Promise<number> {
  if (format === 'table') return await writeTable(terminal, columns, items);
  let count = 0;
  let gathered = format === 'json' ? '[' : '';
  for await (const item of items) {
    const text = JSON.stringify(item);
    gathered += format === 'ndjson' ? `${text}\n` : `${count > 0 ? ',' : ''}\n${text}`;
    count += 1;
    if (gathered.length < GATHERED_CHARACTERS) continue;
    await terminal.out(gathered);
    gathered = '';
  }
  await terminal.out(format === 'json' ? `${gathered}\n]\n` : gathered);
  return count;
}

/** One object: as JSON whatever the format, indented for people. */
export async function writeObject(terminal: Terminal, format: Format, value: unknown): Promise<void> {
  await terminal.out(`${format === 'ndjson' ? JSON.stringify(value) : JSON.stringify(value, null, 2)}\n`);
}

async function writeTable<T>(
  terminal: Terminal,
  columns: readonly Column<T>[],
  items: AsyncIterable<T> | Iterable<T>,
): Promise<number> {
  let count = 0;
  let rows: T[] = [];
  for await (const item of items) {
    rows.push(item);
    count += 1;
    if (rows.length < TABLE_ROWS) continue;
    await terminal.out(formatTable(columns, rows));
    rows = [];
  }
  if (rows.length > 0) await terminal.out(formatTable(columns, rows));
  return count;
}

export async function* take<T>(items: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let left = limit;
  if (left <= 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}
