/** `ledgerline compare`: one period of a series against another, by interval arithmetic. */
import type { Comparison } from '@ledgerline/client';
import type { Command } from 'commander';
import { addClocks, clocksOf } from '../clock-options.ts';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { formatInterval } from '../output/columns.ts';
import { formatOf, writeObject } from '../output/write-items.ts';

export function addCompare(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('compare')
    .summary('one period of a series against another')
    .argument('<series>', 'such as crossings:person:BY-LT')
    .requiredOption('--period <period>', 'EDTF: 2021, 2021-07')
    .requiredOption('--baseline <period>', 'EDTF');
  addClocks(command).action(async (series: string, options: { period: string; baseline: string }) => {
    const { period, baseline } = options;
    const compared = await connect(command, terminal).compare({ series, period, baseline, ...clocksOf(options) });
    const format = formatOf(command, terminal);
    if (format === 'table') await terminal.out(describe(compared));
    else await writeObject(terminal, format, compared);
  });
}

function describe({ period, baseline, current, base, ratio, difference, reason, policy }: Comparison): string {
  const rows: [string, string][] = [
    [period, current ? formatInterval(current) : 'no figure'],
    [baseline, base ? formatInterval(base) : 'no figure'],
    ['ratio', ratio ? formatInterval(ratio) : `none: ${reason ?? ''}`],
    ['difference', difference ? formatInterval(difference) : 'none'],
    ['claims', [...(current?.claims ?? []), ...(base?.claims ?? [])].join(' ')],
    ['policy', policy],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)}${value}\n`).join('');
}
