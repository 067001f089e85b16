/** `ledgerline replay`: the log as it is, from any place to any other. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { addFilters, filtersOf } from '../filter-options.ts';
import { eventColumns } from '../output/columns.ts';
import { formatOf, writeItems } from '../output/write-items.ts';
import { parseMoment } from '../parse-moment.ts';

type Options = Readonly<Record<string, unknown>> & {
  readonly after: string;
  readonly until?: string;
  readonly eventsOnly?: boolean;
};

export function addReplay(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('replay')
    .summary('the raw log')
    .description(
      'Every event up to the end of the log at the start of the call. With --events-only what comes out can be imported again.',
    )
    .option('--after <moment>', 'earliest, a position, a time, 2d', 'earliest')
    .option('--until <moment>', 'a position or a time; the end by default')
    .option('--events-only', 'the events alone, without their place in the log');
  addFilters(command, { dates: false }).action(async (options: Options) => {
    const { after, until } = options;
    const replay = connect(command, terminal).replay({
      ...filtersOf(options, { dates: false }),
      after: parseMoment(after),
      ...(until !== undefined && { until: parseMoment(until) }),
    });
    const format = formatOf(command, terminal);
    if (options.eventsOnly) await writeItems(terminal, format === 'json' ? 'json' : 'ndjson', [], eventsOf(replay));
    else await writeItems(terminal, format, eventColumns, replay);
    if (replay.position !== null) terminal.error(`position ${replay.position}\n`);
  });
}

async function* eventsOf<E>(items: AsyncIterable<{ readonly event: E }>): AsyncGenerator<E> {
  for await (const { event } of items) yield event;
}
