/**
 * `ledgerline keys create`: a new key, shown this once, and the entry that admits it. Writes to no file: where the keys
 * file is, and who may change it, is the operator's to know.
 */
import { createKey, nearestName, type Scope, scopes } from '@ledgerline/http';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../exit-codes.ts';

export function addCreateKey(program: Command, { terminal }: CommandContext): void {
  program
    .command('keys')
    .summary('access keys')
    .command('create')
    .summary('makes a key and the entry of the keys file that admits it')
    .description(
      `Prints {"key": "...", "entry": {...}} to stdout. The key is shown this once: only its hash is kept. Add the entry to the list in the file that LEDGERLINE_KEYS_FILE names, { "keys": [ ... ] }, and restart the services that read it.`,
    )
    .argument('<name>', '1–64 of A-Z a-z 0-9 . _ -')
    .argument('<scope...>', `${scopes.join(', ')}; each allows only what it says`)
    .action(async (name: string, granted: readonly string[]) => {
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
        throw new UsageError('A name is 1–64 of A-Z a-z 0-9 . _ - and begins with a letter or digit.');
      }
      for (const scope of granted) if (!isScope(scope)) throw new UsageError(unknownScope(scope));
      await terminal.out(`${JSON.stringify(createKey(name, granted.filter(isScope)), null, 2)}\n`);
      terminal.error('The key is not shown again. Add "entry" to the list in your keys file.\n');
    });
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

function unknownScope(scope: string): string {
  const nearest = nearestName(scope, scopes);
  return `Unknown scope: ${scope}. ${nearest ? `Did you mean ${nearest}?` : `Known: ${scopes.join(', ')}.`}`;
}
