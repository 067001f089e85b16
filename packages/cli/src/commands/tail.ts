/** `ledgerline tail`: events as they come, from any place on, to now or for ever. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { EventItem, Filters, Ledgerline } from '@ledgerline/client';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { addFilters, filtersOf } from '../filter-options.ts';
import { eventColumns } from '../output/columns.ts';
import { formatTable } from '../output/table.ts';
import { type Format, formatOf, writeItems } from '../output/write-items.ts';
import { parseMoment } from '../parse-moment.ts';
import type { Terminal } from '../terminal.ts';

type Options = Readonly<Record<string, unknown>> & {
  readonly from?: string;
  readonly until?: string;
  readonly follow?: boolean;
  readonly resume?: string;
};

export function addTail(program: Command, { terminal, end }: CommandContext): void {
  const command = program
    .command('tail')
    .summary('events as they come')
    .description('Follows the log. A connection that breaks is taken up again without missing or repeating anything.')
    .option('--from <moment>', '1h, 2d; a position, a time, earliest, latest (default)')
    .option('--until <moment>', 'now: what there is, then end; or a position or time')
    .addOption(new Option('--follow', 'go on for ever (default)').conflicts('until'))
    .option('--resume <file>', 'go on after what this file says, and keep it up to date');
  addFilters(command, { dates: false }).action(async (options: Options) => {
    const client = connect(command, terminal);
    const kept = options.resume === undefined ? null : await readPlace(options.resume);
    const from = kept ?? parseMoment(options.from ?? 'latest');
    const keep = async (position: string | null) => {
      if (options.resume !== undefined && position !== null) await writePlace(options.resume, position);
    };
    const task = { client, terminal, format: formatOf(command, terminal), from, keep };
    const filters = filtersOf(options, { dates: false });
    if (options.until !== undefined) return await readUntil(task, filters, parseMoment(options.until));
    await follow(task, filters);
    end(exitCodes.interrupted);
  });
}

type Task = {
  readonly client: Ledgerline;
  readonly terminal: Terminal;
  readonly format: Format;
  readonly from: string;
  /** Called with a position once everything before it is written. */
  readonly keep: (position: string | null) => Promise<void>;
};

async function readUntil(
  { client, terminal, format, from, keep }: Task,
  filters: Filters,
  until: string,
): Promise<void> {
  const range = { ...filters, after: from, ...(until !== 'now' && { until }) };
  const replay = client.replay(range);
  await writeItems(terminal, format, eventColumns, replay);
  await keep(replay.position);
}

/** Ends by the terminal's signal only. */
async function follow({ client, terminal, format, from, keep }: Task, filters: Filters): Promise<void> {
  const subscription = client.subscribe({
    ...filters,
    from,
    onStatus: (status) => {
      if (status === 'reconnecting') terminal.error('the connection broke; connecting again\n');
    },
    onGap: (gap) => terminal.error(`records that can't be had were left out: ${JSON.stringify(gap)}\n`),
  });
  try {
    for await (const item of subscription) {
      await terminal.out(format === 'table' ? toRow(item) : `${JSON.stringify(item)}\n`);
      await keep(item.position);
    }
  } catch (error) {
    if (!terminal.signal.aborted) throw error;
    await keep(subscription.position);
  }
}

/** Rows of a table without end have no titles. */
const toRow = (item: EventItem): string => formatTable(eventColumns, [item]).split('\n').slice(1).join('\n');

async function readPlace(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const place = text?.trim();
  if (place === undefined) return null;
  if (!/^[A-Za-z0-9_-]+$/.test(place)) throw new UsageError(`${path} holds no position`);
  return place;
}

async function writePlace(path: string, position: string): Promise<void> {
  await writeFile(`${path}.new`, `${position}\n`);
  await rename(`${path}.new`, path);
}
