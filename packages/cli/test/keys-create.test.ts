import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCommand } from '../src/run-command.ts';

function run(...args: string[]) {
  let out = '';
  let error = '';
  const code = runCommand(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { code, out, error };
}

t.test('a key is printed with an entry that holds its hash, and never the same key twice', async (t) => {
  const { code, out, error } = run('keys', 'create', 'desk', 'write', 'read', 'write');
  t.equal(code, 0);
  const { key, entry } = JSON.parse(out) as { key: string; entry: unknown };
  t.match(key, /^llk_[A-Za-z0-9_-]{43}$/);
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  t.same(entry, { name: 'desk', hash, scopes: ['write', 'read'] });
  t.notMatch(error, key);
  t.not(JSON.parse(run('keys', 'create', 'desk', 'read').out).key, key);
});

t.test('what is missing or misspelt is told on stderr, with 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /Usage/],
    [['keys', 'create'], /A name is/],
    [['keys', 'create', 'a b', 'read'], /A name is/],
    [['keys', 'create', 'desk'], /at least one scope/],
    [['keys', 'create', 'desk', 'wirte'], /Did you mean write\?/],
    [['keys', 'crate'], /Did you mean "ledgerline keys create"\?/],
    [['nonsense'], /--help/],
  ];
  for (const [args, message] of cases) {
    const { code, out, error } = run(...args);
    t.equal(code, 2, args.join(' '));
    t.equal(out, '', args.join(' '));
    t.match(error, message, args.join(' '));
  }
});

t.test('help is data', async (t) => {
  t.match(run('--help'), { code: 0, out: /keys create <name>/, error: '' });
  t.match(run('keys', 'create', '--help'), { code: 0, out: /LEDGERLINE_KEYS_FILE/, error: '' });
});

t.test('as a process it ends with the code of the command', async (t) => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [main, 'keys', 'create', 'desk', 'admin'], {
    encoding: 'utf8',
  });
  t.equal(status, 0);
  t.match(JSON.parse(stdout), { entry: { name: 'desk', scopes: ['admin'] } });
  t.equal(spawnSync(process.execPath, [main, 'nonsense']).status, 2);
});
