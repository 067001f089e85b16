/** `ledgerline query`: the timeline. */
import type { ClaimOrder } from '@ledgerline/client';
import { type Command, Option } from 'commander';
import { addClocks, clocksOf } from '../clock-options.ts';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { addFilters, filtersOf } from '../filter-options.ts';
import { claimColumns } from '../output/columns.ts';
import { formatOf, take, writeItems } from '../output/write-items.ts';
import { parseCount } from '../parse-count.ts';

const orders = [
  'occurred',
  '-occurred',
  'recorded',
  '-recorded',
  '-relevance',
] as const satisfies readonly ClaimOrder[];
const MAX_PAGE = 1_000;

type Options = Readonly<Record<string, unknown>> & {
  readonly order?: ClaimOrder;
  readonly limit: number;
  readonly all?: boolean;
};

export function addQuery(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('query')
    .summary('claims on the timeline')
    .description(
      'The current version of every claim that the filters leave. In a filter a comma means or, a leading ! means not.',
    )
    .addOption(new Option('--order <order>', 'default: -occurred').choices(orders))
    .option('--limit <n>', 'at most this many', parseCount, 50)
    .option('--all', 'all of them');
  addClocks(addFilters(command, { dates: true })).action(async (options: Options, _same: unknown) => {
    const limit = options.all ? Number.POSITIVE_INFINITY : options.limit;
    const items = connect(command, terminal).timeline({
      ...filtersOf(options, { dates: true }),
      ...clocksOf(options),
      ...(options.order && { order: options.order }),
      limit: Math.min(limit, MAX_PAGE),
    });
    const shown = await writeItems(terminal, formatOf(command, terminal), claimColumns, take(items, limit));
    if (shown === 0) terminal.error('no claims\n');
  });
}
