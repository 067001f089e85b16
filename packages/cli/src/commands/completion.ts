/** `ledgerline completion`: a script for the shell, made from the commands there are. */
import { Argument, type Command } from 'commander';
import type { CommandContext } from '../command-context.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function addCompletion(program: Command, { terminal }: CommandContext): void {
  program
    .command('completion')
    .summary('completion for the shell')
    .description('Prints a script: source <(ledgerline completion bash), or ledgerline completion fish | source.')
    .addArgument(new Argument('<shell>').choices(shells))
    .action(async (shell: Shell) => await terminal.out(scripts[shell](entriesOf(program))));
}

/** Words that may follow the words of a command. */
type Entry = {
  readonly command: readonly string[];
  readonly words: readonly string[];
  /** One of the words must follow: no file can. */
  readonly isGroup: boolean;
};

function entriesOf(command: Command, path: readonly string[] = []): Entry[] {
  const globals = path.length === 0 ? [] : optionsOf(rootOf(command));
  const words = [...command.commands.map((one) => one.name()), ...optionsOf(command), ...globals, '--help'];
  return [
    { command: path, words: [...new Set(words)], isGroup: command.commands.length > 0 },
    ...command.commands.flatMap((one) => entriesOf(one, [...path, one.name()])),
  ];
}

const optionsOf = (command: Command): string[] => command.options.flatMap(({ long }) => (long ? [long] : []));

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

const scripts: Readonly<Record<Shell, (entries: readonly Entry[]) => string>> = {
  bash: (entries) => `_ledgerline() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do [[ $word == -* ]] || path="$path $word"; done
  local words
  case "\${path# }" in
${entries
  .toReversed()
  .map(
    ({ command, words }) =>
      `    ${command.length === 0 ? '*' : `"${command.join(' ')}"*`}) words="${words.join(' ')}" ;;`,
  )
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 || $current == -* ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _ledgerline ledgerline
`,
  // Sourced by a shell that has not set up completion yet there is no compdef.
  zsh: (entries) => `#compdef ledgerline
(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
${scripts.bash(entries)}`,
  fish: (entries) =>
    `complete -c ledgerline -e
${entries
  .map(({ command, words, isGroup }) => {
    const condition =
      command.length === 0
        ? '__fish_use_subcommand'
        : command.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return `complete -c ledgerline ${isGroup ? '-f ' : ''}-n '${condition}' -a '${words.join(' ')}'`;
  })
  .join('\n')}
`,
};
