/**
 * `ledgerline keys create`: a new key, shown this once, and the entry that admits it. Writes to no file: where the keys
 * file is, and who may change it, is the operator's to know.
 */
import { createKey, nearestName, type Scope, scopes } from '@ledgerline/http';
import { type Command, EXIT_OK, EXIT_USAGE } from './command.ts';

export const createKeyCommand: Command = {
  name: ['keys', 'create'],
  usage: 'ledgerline keys create <name> <scope...>',
  summary: 'makes a key and the entry of the keys file that admits it',
  explanation: `Scopes: ${scopes.join(', ')}; each allows only what it says.

Prints {"key": "...", "entry": {...}} to stdout. The key is shown this once: only its hash is kept. Add the entry to the
list in the file that LEDGERLINE_KEYS_FILE names, { "keys": [ ... ] }, and restart the services that read it.`,
  run(args, output) {
    const [name, ...granted] = args;
    const refuse = (reason: string) => {
      output.error(`${reason}\nUsage: ${createKeyCommand.usage}\n`);
      return EXIT_USAGE;
    };
    if (name === undefined || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
      return refuse('A name is 1–64 of A-Z a-z 0-9 . _ - and begins with a letter or digit.');
    }
    if (granted.length === 0) return refuse(`Name at least one scope: ${scopes.join(', ')}.`);
    const strange = granted.find((scope) => !isScope(scope));
    if (strange !== undefined) {
      const nearest = nearestName(strange, scopes);
      return refuse(
        `Unknown scope: ${strange}. ${nearest ? `Did you mean ${nearest}?` : `Known: ${scopes.join(', ')}.`}`,
      );
    }
    output.out(`${JSON.stringify(createKey(name, granted.filter(isScope)), null, 2)}\n`);
    output.error('The key is not shown again. Add "entry" to the list in your keys file.\n');
    return EXIT_OK;
  },
};

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}
