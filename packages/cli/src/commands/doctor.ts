/** `ledgerline doctor`: what is wrong, and what to do about it. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { connectionOf } from '../connect.ts';
import { examine, type Finding } from '../doctor/examine.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { printable } from '../output/table.ts';
import { formatOf, writeItems } from '../output/write-items.ts';

const marks = { well: 'ok     ', warning: 'WARNING', problem: 'PROBLEM' } as const;

export function addDoctor(program: Command, { terminal, end }: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('says what is wrong, and what to do about it')
    .description(
      'Looks at the address, readiness, the key, the clocks and the views. Ends with 1 where something is wrong, 69 where nothing answers, 4 where the key is refused.',
    );
  command.action(async () => {
    const findings: Finding[] = [];
    const format = formatOf(command, terminal);
    for await (const finding of examine(connectionOf(command, terminal), terminal.signal)) {
      findings.push(finding);
      if (format === 'table') await terminal.out(describe(finding));
    }
    if (format !== 'table') await writeItems(terminal, format, [], findings);
    end(codeOf(findings));
  });
}

function describe({ status, finding, fix }: Finding): string {
  return `${marks[status]}  ${printable(finding)}\n${fix === null ? '' : `         → ${fix}\n`}`;
}

function codeOf(findings: readonly Finding[]): ExitCode {
  const problems = findings.filter(({ status }) => status === 'problem');
  if (problems.some(({ check }) => check === 'address')) return exitCodes.unavailable;
  if (problems.some(({ check }) => check === 'key')) return exitCodes.access;
  return problems.length > 0 ? exitCodes.fault : exitCodes.ok;
}
