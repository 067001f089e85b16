/** Finds the command that the arguments name, runs it, and turns how it ended into an exit code. */
import { LedgerlineError, ProblemError } from '@ledgerline/client';
import { Command, CommanderError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandContext } from './command-context.ts';
import { addClaim } from './commands/claim.ts';
import { addCompare } from './commands/compare.ts';
import { addCompletion } from './commands/completion.ts';
import { addCreateKey } from './commands/create-key.ts';
import { addDoctor } from './commands/doctor.ts';
import { addImport } from './commands/import.ts';
import { addQuery } from './commands/query.ts';
import { addRebuild } from './commands/rebuild.ts';
import { addRedact } from './commands/redact.ts';
import { addReplay } from './commands/replay.ts';
import { addSeries } from './commands/series.ts';
import { addTail } from './commands/tail.ts';
import { addVerify } from './commands/verify.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { formats } from './output/write-items.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';
const commands = [
  addImport,
  addQuery,
  addClaim,
  addSeries,
  addCompare,
  addTail,
  addReplay,
  addRebuild,
  addVerify,
  addRedact,
  addDoctor,
  addCreateKey,
  addCompletion,
];

/** @param args without node and script */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = buildProgram({ terminal, end: (ending) => void (code = ending) });
  try {
    if (args.length === 0) {
      terminal.error(program.helpInformation());
      return exitCodes.usage;
    }
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (terminal.signal.aborted) return exitCodes.interrupted;
    terminal.error(`${describe(error)}\n`);
    return exitCodeOf(error);
  }
}

export function buildProgram(context: CommandContext): Command {
  const { terminal } = context;
  const { environment } = terminal;
  const written: Promise<void>[] = [];
  const program = new Command('ledgerline')
    .description('Claims, timelines and statistics from the command line.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void written.push(terminal.out(text)), writeErr: terminal.error })
    .showSuggestionAfterError()
    .addOption(
      new Option('--url <url>', 'of the query service, or of everything in one process (LEDGERLINE_URL)').default(
        environment.url ?? DEFAULT_URL,
      ),
    )
    .option('--ingest-url <url>', 'where to write, if elsewhere (LEDGERLINE_INGEST_URL)', environment.ingestUrl)
    .option('--key-file <file>', 'a file with the key; without it LEDGERLINE_KEY')
    .addOption(new Option('--format <format>', 'table on a terminal, else ndjson').choices(formats))
    .option('--json', 'the same as --format json');
  for (const add of commands) add(program, context);
  return program;
}

function describe(error: unknown): string {
  if (error instanceof ProblemError) {
    const fields = error.errors.map(({ pointer, parameter, message }) => `  ${parameter ?? pointer ?? ''} ${message}`);
    return [`${error.document.title} (${error.code}): ${error.message}`, ...fields].join('\n');
  }
  if (error instanceof LedgerlineError) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}
