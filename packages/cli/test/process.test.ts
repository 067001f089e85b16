/** `ledgerline` as people and scripts run it: a process, killed, interrupted, piped, and on a terminal. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDatabase, generateEvents, startProcess, startService, startTcpProxy } from '@ledgerline/testkit';
import t from 'tap';
import { until } from '../../projection/test/until.ts';

/** Twelve requests of an import. */
const ROWS = 6_000;
/** What a terminal is shown: a few requests, so that there is something to draw. */
const FEW = 1_200;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const { url } = await freshDatabase(t);
const service = await startService(t, 'standalone', { DATABASE_URL: url, LEDGERLINE_SEEDS: 'off' });
await service.ready();
const folder = await mkdtemp(join(tmpdir(), 'll-cli-'));
t.teardown(() => rm(folder, { recursive: true }));
const file = join(folder, 'events.ndjson');
const rows = [...generateEvents({ count: ROWS })].map((event) => JSON.stringify(event));
await writeFile(file, `${rows.join('\n')}\n`);
await writeFile(join(folder, 'few.ndjson'), `${rows.slice(0, FEW).join('\n')}\n`);

const start = (...args: string[]) =>
  startProcess(t, { name: 'ledgerline', args: [main, '--url', service.baseUrl, ...args] });
/** A way to the service on which each answer takes so long: an import is at work for as long as a test needs to kill it. */
const slowly = await startTcpProxy(t, { host: '127.0.0.1', port: Number(new URL(service.baseUrl).port) });
slowly.delay(100);
const startSlowly = (...args: string[]) => start('--url', `http://127.0.0.1:${slowly.port}`, ...args);
const ledgerline = `"${process.execPath}" "${main}" --url ${service.baseUrl}`;
const shell = (command: string, cwd = folder) =>
  spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1_048_576, cwd });
const textOf = (path: string) => readFile(path, 'utf8').catch(() => null);

t.test('an import killed again and again goes on where its checkpoint is, and leaves no row out', async (t) => {
  const place = join(folder, 'place');
  for (let kills = 0; kills < 3; kills += 1) {
    const before = await textOf(place);
    const child = await startSlowly('import', file, '--resume', place);
    await until(async () => (await textOf(place)) !== before);
    t.equal((await child.kill()).signal, 'SIGKILL');
    t.ok(await textOf(place), 'it was not done yet');
  }
  const rest = await start('import', file, '--resume', place);
  t.equal((await rest.exited).code, 0, rest.output.text());
  const [, stored, duplicates] = /stored (\d+), duplicates (\d+), refused 0\n?$/.exec(rest.output.text()) ?? [];
  t.ok(Number(stored) + Number(duplicates) < ROWS, 'it did not begin at the beginning');
  t.equal(await textOf(place), null, 'a checkpoint of what is done is of no use');

  // What an import says is stored is in the log; the journal has it a moment later.
  await until(async () => {
    const answer = await fetch(`${service.baseUrl}/v1/events?limit=1&total=exact`);
    return ((await answer.json()) as { page: { total: number } }).page.total === ROWS;
  }, 60_000);
  t.match(shell(`${ledgerline} replay --events-only > all.ndjson`).stderr, /^position [\w-]+\n$/);
  t.strictSame(((await textOf(join(folder, 'all.ndjson'))) ?? '').trim().split('\n').toSorted(), rows.toSorted());
});

t.test('a reader that has seen enough ends it with 0, an interrupt with 130', async (t) => {
  const piped = shell(`${ledgerline} replay | head -n 2 | wc -l; echo "\${PIPESTATUS[0]}"`);
  t.match(piped.stdout, /^2\n0\n$/);
  t.equal(piped.stderr, '');
  const tail = await start('tail', '--from', 'earliest');
  await tail.output.waitFor(/"position"/);
  tail.signal('SIGINT');
  t.equal((await tail.exited).code, 130);
});

t.test('on a terminal a list is a table, and progress is one line that is drawn over', (t) => {
  const onTerminal = (command: string) => shell(`script -qefc '${command}' /dev/null < /dev/null`);
  if (shell('script --version').status !== 0) {
    t.pass('not run', { skip: 'what is written on a terminal: install script (util-linux)' });
    return t.end();
  }
  const table = onTerminal(`${ledgerline} query --limit 3`);
  t.equal(table.status, 0);
  t.match(table.stdout, /^OCCURRED +KIND +SUBJECT/);
  t.equal(table.stdout.trim().split('\n').length, 4);
  const imported = onTerminal(`${ledgerline} import few.ndjson`);
  t.match(imported.stdout, /\r\d+ % {2}\d+ events {2}\d+\/s {2}.+ left/);
  t.match(imported.stdout, new RegExp(`\r +\rstored 0, duplicates ${FEW}, refused 0\r\n$`));
  const lines = shell(`${ledgerline} import few.ndjson`);
  t.notMatch(lines.stderr, /\r/);
  t.equal(lines.stdout, '');
  t.end();
});
