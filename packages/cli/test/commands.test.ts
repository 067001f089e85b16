import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { run } from './fixture/run.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

t.test('a key is printed with an entry that holds its hash, and never the same key twice', async (t) => {
  const { code, out, error } = await run(['keys', 'create', 'desk', 'write', 'read', 'write']);
  t.equal(code, 0);
  const { key, entry } = JSON.parse(out) as { key: string; entry: unknown };
  t.match(key, /^llk_[A-Za-z0-9_-]{43}$/);
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  t.same(entry, { name: 'desk', hash, scopes: ['write', 'read'] });
  t.notMatch(error, key);
  t.not(JSON.parse((await run(['keys', 'create', 'desk', 'read'])).out).key, key);
});

t.test('what is missing or misspelt is told on stderr, with 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /Usage/],
    [['keys', 'create'], /missing required argument 'name'/],
    [['keys', 'create', 'a b', 'read'], /A name is/],
    [['keys', 'create', 'desk'], /missing required argument 'scope'/],
    [['keys', 'create', 'desk', 'wirte'], /Did you mean write\?/],
    [['qurey'], /Did you mean query\?/],
    [['query', '--contry', 'LT'], /Did you mean --country\?/],
    [['query', '--limit', '0'], /whole number from 1/],
    [['query', '--format', 'xml'], /Allowed choices are table, ndjson, json/],
    [['compare', 'x', '--period', '2021'], /--baseline/],
    [['claim', 'x', '--history', '--incident'], /two questions/],
    [['series', '--bucket', 'month'], /need a series/],
    [['import', '-', '--resume', 'x'], /stdin/],
    [['import', '/nowhere/x.ndjson'], /no such file/],
  ];
  for (const [args, message] of cases) {
    const { code, out, error } = await run(args);
    t.equal(code, 2, args.join(' '));
    t.equal(out, '', args.join(' '));
    t.match(error, message, args.join(' '));
  }
});

t.test('an address that is none, or a key file that is not there, is configuration: 78', async (t) => {
  t.equal((await run(['--url', 'ftp://x', 'query'])).code, 78);
  t.equal((await run(['query', '--key-file', '/nowhere/key'])).code, 78);
});

t.test('where nothing answers a command ends with 69', async (t) => {
  const { code, error } = await run(['--url', 'http://127.0.0.1:1', 'claim', 'x']);
  t.equal(code, 69);
  t.match(error, /connection-failed/);
  const doctor = await run(['--url', 'http://127.0.0.1:1', 'doctor']);
  t.equal(doctor.code, 69);
  t.match(JSON.parse(doctor.out), { check: 'address', status: 'problem', fix: /npm start/ });
});

t.test('help is data', async (t) => {
  t.match(await run(['--help']), { code: 0, out: /import .*\n.*query/s, error: '' });
  t.match(await run(['keys', 'create', '--help']), { code: 0, out: /LEDGERLINE_KEYS_FILE/, error: '' });
});

t.test('as a process it ends with the code of the command; a closed pipe is no error', (t) => {
  const { status, stdout } = spawnSync(process.execPath, [main, 'keys', 'create', 'desk', 'admin'], {
    encoding: 'utf8',
  });
  t.equal(status, 0);
  t.match(JSON.parse(stdout), { entry: { name: 'desk', scopes: ['admin'] } });
  t.equal(spawnSync(process.execPath, [main, 'nonsense']).status, 2);
  const piped = spawnSync('bash', ['-c', `"${process.execPath}" "${main}" --help | true; echo "\${PIPESTATUS[0]}"`], {
    encoding: 'utf8',
  });
  t.equal(piped.stdout.trim(), '0');
  t.end();
});

t.test('the completion scripts are ones that the shell takes, and complete', async (t) => {
  const { out } = await run(['completion', 'bash']);
  const complete = (line: string) =>
    execFileSync('bash', [
      '-c',
      `${out}\nCOMP_WORDS=(${line} ""); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ledgerline; echo "\${COMPREPLY[@]}"`,
    ]).toString();
  t.match(complete('ledgerline'), /\bimport query\b.*\bcompletion\b/);
  t.match(complete('ledgerline keys'), /\bcreate\b/);
  t.match(complete('ledgerline query'), /--known-by\b.*--url\b/);
  const zsh = (await run(['completion', 'zsh'])).out;
  t.match(zsh, /^#compdef ledgerline\n.*\bcompinit\b/);
  t.notMatch(zsh, /:COMP_CWORD/, 'zsh takes a name behind a colon for a modifier');
  t.equal((await run(['completion', 'tcsh'])).code, 2);
});

/** Whether this machine has the shell: where it has not, the test says so and looks at the text alone. */
const hasShell = (shell: string) => spawnSync(shell, ['--version']).status === 0;

t.test('fish takes its script, and completes commands, their options, and files where one may stand', async (t) => {
  const { out } = await run(['completion', 'fish']);
  t.match(out, /complete -c ledgerline -f -n '__fish_use_subcommand' -a 'import query/);
  if (!hasShell('fish')) return t.comment('not run by fish: it is not installed');
  const folder = fileURLToPath(new URL('fixture/', import.meta.url));
  const complete = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `${out}\ncomplete -C ${JSON.stringify(line)}`], { cwd: folder })
      .toString()
      .trim()
      .split('\n');
  t.strictSame(complete('ledgerline que'), ['query']);
  t.strictSame(complete('ledgerline query --kn'), ['--known-by']);
  t.strictSame(complete('ledgerline keys c'), ['create']);
  t.strictSame(complete('ledgerline import ru'), ['run.ts']);
  t.notOk(complete('ledgerline ').includes('run.ts'), 'a command comes first');
});

t.test('zsh takes its script', async (t) => {
  const { out } = await run(['completion', 'zsh']);
  if (!hasShell('zsh')) return t.comment('not run by zsh: it is not installed');
  const told = execFileSync('zsh', ['-f', '-c', `${out}\nprint $_comps[ledgerline]`]).toString();
  t.match(told, /_ledgerline/);
});
