/** `ledgerline import`: a file of events, one a line, into the log. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { connect } from '../connect.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { openCheckpoint } from '../import/checkpoint.ts';
import { importRows } from '../import/import-rows.ts';
import { openInput, readRows } from '../import/read-rows.ts';
import { createProgress } from '../output/progress.ts';
import { printable } from '../output/table.ts';

type Options = { readonly dryRun?: boolean; readonly resume?: string; readonly failed?: string };

export function addImport(program: Command, { terminal, end }: CommandContext): void {
  program
    .command('import')
    .summary('appends events from a file')
    .description(
      'Appends CloudEvents, one JSON object a line, in order. What is stored already is a duplicate and no harm, so an import can be repeated. Bad rows are named as file:line:pointer and do not keep the others out.',
    )
    .argument('<file>', 'NDJSON; - is stdin')
    .option('--dry-run', 'say what would become of each row, in parts of 20,000; store nothing')
    .option('--resume <checkpoint>', 'go on from what this file says, keep it up to date, remove it at the end')
    .option('--failed <file>', 'write rows that were refused to this file')
    .action(async (file: string, { dryRun = false, resume, failed }: Options, command: Command) => {
      if (resume !== undefined && file === '-') throw new UsageError('stdin can’t be resumed: name a file');
      if (resume !== undefined && dryRun) throw new UsageError('a dry run has nothing to resume');
      const client = connect(command, terminal);
      const total = file === '-' ? null : await sizeOf(file);
      const checkpoint = resume === undefined ? null : await openCheckpoint(resume, file);
      const start = checkpoint?.start ?? { line: 0, bytes: 0 };
      const input = file === '-' ? terminal.stdin : openInput(file, start);
      const refused = failed === undefined ? null : createWriteStream(failed, { flags: start.line > 0 ? 'a' : 'w' });
      const left = total === null ? null : total - start.bytes;
      const progress = createProgress(terminal, { total: left, noun: 'events' });
      const name = file === '-' ? 'stdin' : file;
      const report = await importRows(client, readRows(input, start), {
        dryRun,
        onFailed(row, errors) {
          progress.finish();
          for (const { pointer, message } of errors) {
            terminal.error(`${name}:${row.line}:${pointer} ${printable(message)}\n`);
          }
          refused?.write(`${row.text}\n`);
          return Promise.resolve();
        },
        async onSettled(last, { stored, duplicates, valid, failed: bad }) {
          await checkpoint?.save({ line: last.line, bytes: last.end });
          progress.update(last.end - start.bytes, stored + duplicates + valid + bad, bad > 0 ? `${bad} refused` : '');
        },
      }).finally(() => progress.finish());
      if (refused) {
        refused.end();
        await finished(refused);
      }
      await checkpoint?.remove();
      const { stored, duplicates, valid, failed: bad } = report;
      terminal.error(`${dryRun ? `valid ${valid}` : `stored ${stored}, duplicates ${duplicates}`}, refused ${bad}\n`);
      end(bad > 0 ? exitCodes.refused : exitCodes.ok);
    });
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
