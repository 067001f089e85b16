/** `ledgerline claim`: one claim, its history, or the claims of its incident. */
import type { Command } from 'commander';
import { addClocks, clocksOf } from '../clock-options.ts';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { UsageError } from '../exit-codes.ts';
import { claimColumns, historyColumns } from '../output/columns.ts';
import { formatOf, writeItems, writeObject } from '../output/write-items.ts';

type Options = Readonly<Record<string, unknown>> & { readonly history?: boolean; readonly incident?: boolean };

export function addClaim(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('claim')
    .summary('one claim')
    .description('One claim as JSON, with relations both ways.')
    .argument('<subject>')
    .option('--history', 'all its versions, with what changed and why')
    .option('--incident', 'all claims of its incident, side by side');
  addClocks(command).action(async (subject: string, options: Options) => {
    if (options.history && options.incident) throw new UsageError('--history and --incident are two questions');
    const client = connect(command, terminal);
    const format = formatOf(command, terminal);
    const clocks = clocksOf(options);
    if (options.history) await writeItems(terminal, format, historyColumns, client.history(subject, clocks));
    else if (options.incident) await writeItems(terminal, format, claimColumns, client.incident(subject, clocks));
    else await writeObject(terminal, format, await client.claim(subject, clocks));
  });
}
