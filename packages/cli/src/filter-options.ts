/** The filters of reads and streams as options, with the names of the HTTP interface. */
import type { Filters } from '@ledgerline/client';
import { type Command, Option } from 'commander';

/** A value is written as the interface has it: a comma means or, a leading `!` means not. */
const filters: readonly (readonly [name: keyof Filters, flag: string, description: string])[] = [
  ['kind', '--kind <list>', 'border-crossing, statement, measure'],
  ['type', '--type <list>', 'event type with its version'],
  ['country', '--country <list>', 'two-letter codes'],
  ['border', '--border <list>', 'pairs such as BY-LT'],
  ['place', '--place <list>', 'name of a place'],
  ['actor', '--actor <list>', 'name of an actor'],
  ['publisher', '--publisher <list>', 'who published it'],
  ['measureKind', '--measure-kind <list>', 'kind of measure'],
  ['outcome', '--outcome <list>', 'outcome at a border'],
  ['stance', '--stance <list>', 'stance of a statement'],
  ['tag', '--tag <list>', 'tag'],
  ['subject', '--subject <list>', 'id of a claim'],
  ['source', '--source <list>', 'who recorded it'],
  ['publishedFrom', '--published-from <day>', 'published on or after'],
  ['publishedTo', '--published-to <day>', 'published on or before'],
  ['q', '--q <words>', 'full text: words, "phrases", -not'],
];

/** @param dates whether `--from` and `--to` mean what occurred (and nothing else of the command's own) */
export function addFilters(command: Command, { dates }: { readonly dates: boolean }): Command {
  for (const [, flag, description] of filters) command.option(flag, description);
  command.option('--has-figure', 'only claims that give a figure');
  command.addOption(new Option('--state <state>').choices(['current', 'retracted', 'all']));
  if (!dates) return command;
  return command
    .option('--from <day>', 'occurred on or after')
    .option('--to <day>', 'occurred on or before')
    .option('--on <day>', 'occurred on')
    .addOption(new Option('--date-match <match>').choices(['certain', 'possible']));
}

/** Those given, and no other option of the command. */
export function filtersOf(options: Readonly<Record<string, unknown>>, { dates }: { readonly dates: boolean }): Filters {
  const names = [
    ...filters.map(([name]) => name),
    'hasFigure',
    'state',
    ...(dates ? ['from', 'to', 'on', 'dateMatch'] : []),
  ];
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}
