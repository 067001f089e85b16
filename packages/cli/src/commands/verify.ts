/** `ledgerline verify`: whether the views are what the log says. */
import { Argument, type Command } from 'commander';
import { ask } from '../admin/ask.ts';
import { followUntil } from '../admin/follow.ts';
import { describeExample, type Verification } from '../admin/shapes.ts';
import type { CommandContext } from '../command-context.ts';
import { connectionOf } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { createProgress } from '../output/progress.ts';
import type { Column } from '../output/table.ts';
import { formatOf, writeItems } from '../output/write-items.ts';

type ViewResult = Verification['views'][number];

const columns: readonly Column<ViewResult>[] = [
  { title: 'VIEW', value: ({ view }) => view },
  { title: 'EXPECTED', value: ({ expected }) => expected, align: 'right' },
  { title: 'FOUND', value: ({ found }) => found, align: 'right' },
  { title: 'MISSING', value: ({ missing }) => missing, align: 'right' },
  { title: 'EXTRA', value: ({ extra }) => extra, align: 'right' },
  { title: 'CHANGED', value: ({ changed }) => changed, align: 'right' },
  { title: 'OK', value: ({ ok, reason }) => (ok === true ? 'yes' : (reason ?? 'no')) },
];

export function addVerify(program: Command, { terminal, end }: CommandContext): void {
  const command = program
    .command('verify')
    .summary('compares the views with the log')
    .description(
      'Folds the log anew beside each view and compares row by row, while both go on. Ends with 3 where something differs, and names it.',
    )
    .addArgument(new Argument('[view...]', 'all unless named').choices(['journal', 'timeline', 'statistics']));
  command.action(async (views: readonly string[]) => {
    const connection = connectionOf(command, terminal);
    const { signal } = terminal;
    const body = views.length > 0 ? { views } : {};
    const { body: asked } = await ask<Verification>(connection, 'POST', '/v1/admin/verify', { signal, body });
    const progress = createProgress(terminal, { total: null, noun: 'events' });
    const done = await followUntil(
      async () =>
        asked.state === 'done'
          ? asked
          : (await ask<Verification>(connection, 'GET', `/v1/admin/verifications/${asked.id}`, { signal })).body,
      ({ state }) => state === 'done',
      ({ views: all }) => {
        const read = all.reduce((sum, { events }) => sum + events.done, 0);
        progress.update(read, read, all.map(({ view, phase }) => `${view} ${phase}`).join(', '));
      },
      signal,
    );
    progress.finish();
    await writeItems(terminal, formatOf(command, terminal), columns, done.views);
    for (const { view, examples } of done.views) {
      if (examples.length > 0) terminal.error(`${view}:\n${examples.map(describeExample).join('\n')}\n`);
    }
    if (done.views.some(({ missing, extra, changed }) => missing + extra + changed > 0)) end(exitCodes.differences);
    else if (done.views.some(({ ok }) => ok !== true)) end(exitCodes.fault);
  });
}
