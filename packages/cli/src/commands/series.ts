/** `ledgerline series`: the series there are, the points of one, or its sources side by side. */
import { type Command, Option } from 'commander';
import { addClocks, clocksOf } from '../clock-options.ts';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { UsageError } from '../exit-codes.ts';
import { conflictColumns, pointColumns, seriesColumns } from '../output/columns.ts';
import { formatOf, writeItems } from '../output/write-items.ts';

const buckets = ['day', 'week', 'month', 'year'] as const;
const accountings = ['increment', 'cumulative', 'stock'] as const;

type Options = Readonly<Record<string, unknown>> & {
  readonly bucket?: (typeof buckets)[number];
  readonly accounting?: (typeof accountings)[number];
  readonly from?: string;
  readonly to?: string;
  readonly conflicts?: boolean;
};

export function addSeries(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('series')
    .summary('figures over time')
    .description('Without a key the series there are; with one its points, or its sources period by period.')
    .argument('[key]', 'such as crossings:person:BY-LT')
    .addOption(new Option('--bucket <bucket>').choices(buckets))
    .addOption(new Option('--accounting <accounting>').choices(accountings))
    .option('--from <day>')
    .option('--to <day>')
    .option('--conflicts', 'the sources side by side, agreeing ones too');
  addClocks(command).action(async (key: string | undefined, options: Options) => {
    const client = connect(command, terminal);
    const format = formatOf(command, terminal);
    const { bucket, accounting, from, to, conflicts } = options;
    const asked = {
      ...clocksOf(options),
      ...(accounting && { accounting }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
    if (key === undefined) {
      if (bucket || accounting || from || to || conflicts)
        throw new UsageError('these options need a series: name its key');
      await writeItems(terminal, format, seriesColumns, client.series(clocksOf(options)));
    } else if (conflicts) {
      if (bucket) throw new UsageError('--conflicts are by the periods of the sources: leave --bucket out');
      await writeItems(terminal, format, conflictColumns, client.conflicts(key, { ...asked, verdict: 'all' }));
    } else
      await writeItems(terminal, format, pointColumns, client.points(key, { ...asked, ...(bucket && { bucket }) }));
  });
}
