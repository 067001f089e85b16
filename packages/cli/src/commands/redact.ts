/** `ledgerline redact`: what a claim says, taken out of every view once it was retracted as unlawful. */
import type { Command } from 'commander';
import { ask } from '../admin/ask.ts';
import { followUntil } from '../admin/follow.ts';
import { createJobProgress } from '../admin/job-progress.ts';
import type { Rebuild } from '../admin/shapes.ts';
import type { CommandContext } from '../command-context.ts';
import { connectionOf } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatOf, writeObject } from '../output/write-items.ts';

type Redacted = { readonly subject: string; readonly records: number; readonly rebuilds: readonly Rebuild[] };

export function addRedact(program: Command, { terminal, end }: CommandContext): void {
  const command = program
    .command('redact')
    .summary('takes what an unlawful claim says out of every view')
    .description(
      'The claim must have been retracted with the reason unlawful. Its events stay to be seen, without what they say; the log keeps its records. There is no way back.',
    )
    .argument('<subject>', 'of the claim')
    .requiredOption('--reason <text>', 'on what ground, kept for audit');
  command.action(async (subject: string, { reason }: { readonly reason: string }) => {
    const connection = connectionOf(command, terminal);
    const { signal } = terminal;
    const body = { subject, reason };
    const { body: redacted } = await ask<Redacted>(connection, 'POST', '/v1/admin/redactions', { signal, body });
    const rebuilds: Rebuild[] = [];
    const progress = createJobProgress(terminal);
    for (const { id } of redacted.rebuilds) {
      const look = async () => (await ask<Rebuild>(connection, 'GET', `/v1/admin/rebuilds/${id}`, { signal })).body;
      rebuilds.push(await followUntil(look, ({ finishedAt }) => finishedAt !== null, progress.update, signal));
    }
    progress.finish();
    await writeObject(terminal, formatOf(command, terminal), { ...redacted, rebuilds });
    const failed = rebuilds.filter(({ state }) => state !== 'ready');
    for (const { view, reason: why } of failed) terminal.error(`${view} still holds it: ${why}\n`);
    if (failed.length > 0) end(exitCodes.fault);
  });
}
