/** `ledgerline rebuild`: a view built anew from the log beside the live one, and how it goes. */
import { Argument, type Command, Option } from 'commander';
import { ask } from '../admin/ask.ts';
import { followUntil } from '../admin/follow.ts';
import { createJobProgress } from '../admin/job-progress.ts';
import { describeExample, type Rebuild } from '../admin/shapes.ts';
import type { CommandContext } from '../command-context.ts';
import { connectionOf } from '../connect.ts';
import { type ExitCode, exitCodes, UsageError } from '../exit-codes.ts';
import { formatOf, writeObject } from '../output/write-items.ts';

type Options = {
  readonly promote: 'auto' | 'manual';
  readonly dryRun?: boolean;
  readonly subject?: string;
  readonly country?: string;
  readonly month?: string;
  readonly detach?: boolean;
};

export function addRebuild(program: Command, { terminal, end }: CommandContext): void {
  const command = program
    .command('rebuild')
    .summary('builds a view anew from the log, beside the live one')
    .description(
      'Shows how far it is until it is promoted, or ready where it waits for that. An interrupt leaves it to go on. Ends with 3 where the live rows differ from the log, 1 where it failed or was cancelled.',
    )
    .addArgument(new Argument('<view>').choices(['journal', 'timeline', 'statistics']))
    .addOption(
      new Option('--promote <when>', 'by itself once it is proven, or by hand')
        .choices(['auto', 'manual'])
        .default('auto'),
    )
    .option('--dry-run', 'say what would become different, and throw the build away')
    .option('--subject <subject>', 'only this claim, in place')
    .option('--country <code>', 'only claims that name this country, in place')
    .option('--month <YYYY-MM>', 'only claims that may have occurred in this month, in place')
    .option('--detach', 'ask for it and leave');
  command.action(async (view: string, options: Options) => {
    const connection = connectionOf(command, terminal);
    const { signal } = terminal;
    const format = formatOf(command, terminal);
    const filter = filterOf(options);
    const body = { promote: options.promote, dryRun: options.dryRun ?? false, ...(filter && { filter }) };
    const path = `/v1/admin/views/${view}/rebuilds`;
    const { body: asked } = await ask<Rebuild>(connection, 'POST', path, { signal, body });
    if (options.detach) return await writeObject(terminal, format, asked);
    const progress = createJobProgress(terminal);
    const done = await followUntil(
      async () => (await ask<Rebuild>(connection, 'GET', `/v1/admin/rebuilds/${asked.id}`, { signal })).body,
      ({ state, finishedAt }) => finishedAt !== null || state === 'ready',
      progress.update,
      signal,
    );
    progress.finish();
    await writeObject(terminal, format, done);
    const { examples, missing, extra, changed } = done.differences;
    if (examples.length > 0) terminal.error(`${examples.map(describeExample).join('\n')}\n`);
    end(codeOf(done, missing + extra + changed, filter !== null && options.dryRun !== true));
  });
}

function filterOf({ subject, country, month }: Options): Readonly<Record<string, string>> | null {
  const given = Object.entries({ subject, country, month }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  if (given.length > 1) throw new UsageError('one of --subject, --country and --month at a time');
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** @param mended what differed has been put right: then there is nothing left to be told of */
function codeOf({ state }: Rebuild, differences: number, mended: boolean): ExitCode {
  if (differences > 0 && !(mended && state === 'ready')) return exitCodes.differences;
  return state === 'failed' || state === 'cancelled' ? exitCodes.fault : exitCodes.ok;
}
