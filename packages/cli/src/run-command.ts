/**
 * Finds the command that the arguments name and runs it. A command is a function of its arguments and what it may
 * write to; what it returns is the exit code.
 */
import { nearestName } from '@ledgerline/http';
import { type Command, EXIT_OK, EXIT_USAGE, type Output } from './command.ts';
import { createKeyCommand } from './create-key-command.ts';

const commands: readonly Command[] = [createKeyCommand];

/** @param args without node and script */
export function runCommand(args: readonly string[], output: Output): number {
  if (args.length === 0) {
    output.error(help());
    return EXIT_USAGE;
  }
  if (isHelp(args[0])) {
    output.out(help());
    return EXIT_OK;
  }
  const command = commands.find(({ name }) => name.every((word, index) => args[index] === word));
  if (!command) return unknown(args, output);
  const rest = args.slice(command.name.length);
  if (rest.some(isHelp)) {
    output.out(`${command.usage}\n\n${command.explanation}\n`);
    return EXIT_OK;
  }
  return command.run(rest, output);
}

const isHelp = (argument: string | undefined) => argument === '--help' || argument === '-h' || argument === 'help';

function help(): string {
  const lines = commands.map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `Usage: ledgerline <command>\n\nCommands:\n${lines.join('\n')}\n\nledgerline <command> --help says more.\n`;
}

function unknown(args: readonly string[], output: Output): number {
  const nearest = nearestName(
    args.slice(0, 2).join(' '),
    commands.map(({ name }) => name.join(' ')),
  );
  const hint = nearest ? `Did you mean "ledgerline ${nearest}"?` : 'ledgerline --help lists the commands.';
  output.error(`Unknown command: ${args.slice(0, 2).join(' ')}. ${hint}\n`);
  return EXIT_USAGE;
}
