/** The commands against the whole system in one process, with the seeds in it. */
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, generateEvents, startService, type TestService } from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { jsonLines, type RunOptions, run } from './fixture/run.ts';

async function start(t: Test, env: Readonly<Record<string, string>> = {}) {
  const { url } = await freshDatabase(t);
  const service: TestService = await startService(t, 'standalone', { DATABASE_URL: url, ...env });
  await service.ready();
  if (env['LEDGERLINE_SEEDS'] !== 'off') await service.output.waitFor(/\/v1\/timeline$/, 30_000);
  const command = (args: readonly string[], options: RunOptions = {}) =>
    run(args, { environment: { url: service.baseUrl }, ...options });
  return { service, command };
}

async function temporaryFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'll-cli-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

t.test('the reads answer in tables for people and in JSON for programs', async (t) => {
  const { command } = await start(t);
  const table = await command(['query', '--country', 'LT', '--limit', '3'], { terminal: true });
  t.equal(table.code, 0);
  t.match(table.out, /^OCCURRED +KIND +SUBJECT/);
  t.equal(table.out.trim().split('\n').length, 4);
  const lines = jsonLines<{ subject: string }>((await command(['query', '--all'])).out);
  t.ok(lines.length > 30);
  const asJson = await command(['query', '--json', '--limit', '2']);
  t.equal((JSON.parse(asJson.out) as unknown[]).length, 2);
  const none = await command(['query', '--country', 'NZ']);
  t.match(none, { code: 0, out: '', error: 'no claims\n' });

  const subject = lines[0]?.subject ?? '';
  t.match(JSON.parse((await command(['claim', subject])).out), { subject });
  t.match(jsonLines((await command(['claim', subject, '--history'])).out), [{ change: 'added' }]);
  t.match(jsonLines((await command(['claim', subject, '--incident'])).out)[0], { incident: String });
  t.equal((await command(['claim', 'no-such-claim'])).code, 1);

  t.match((await command(['series'], { terminal: true })).out, /crossings:person:BY-LT/);
  t.ok(jsonLines((await command(['series', 'crossings:person:BY-LT'])).out).length > 0);
  t.match((await command(['series', 'crossings:person:BY-LT', '--conflicts'], { terminal: true })).out, /“.+”/);
  const compared = ['compare', 'crossings:person:BY-LT', '--period', '2021', '--baseline', '2020'];
  t.match((await command(compared, { terminal: true })).out, /^ratio +\(5\d\.\d+, 5\d\.\d+/m);
  t.match(JSON.parse((await command(compared)).out), { baseline: '2020' });
  const unknown = await command(['query', '--order', '-relevance']);
  t.match(unknown, { code: 2, error: /needs? .*q/ });

  const doctor = await command(['doctor'], { terminal: true });
  t.match(doctor, { code: 0, out: /ok +.* answers/ });
  t.notMatch(doctor.out, /PROBLEM/);
});

t.test('an import names bad rows, keeps them, goes on after a break, and can be repeated', async (t) => {
  const { command } = await start(t, { LEDGERLINE_SEEDS: 'off' });
  const folder = await temporaryFolder(t);
  const [file, failed, place] = ['in.ndjson', 'bad.ndjson', 'place'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const rows = [...generateEvents({ count: 1_200 })].map((event) => JSON.stringify(event));
  const bad = [JSON.stringify({ ...JSON.parse(rows[0] ?? ''), id: 'x', data: {} }), '{"a":1,"a":2}'];
  await writeFile(file, `${[...rows.slice(0, 600), bad[0], '', bad[1], ...rows.slice(600)].join('\n')}\n`);

  const dry = await command(['import', file, '--dry-run']);
  t.match(dry, { code: 5, error: /valid 1200, refused 2\n$/ });
  t.match(dry.error, new RegExp(`^${file}:601:/data/`, 'm'));
  t.match(dry.error, new RegExp(`^${file}:603: `, 'm'));
  t.match(await command(['query']), { out: '' });

  // Broken off: an interrupt after the first request.
  const interrupt = new AbortController();
  const size = async () =>
    await stat(place).then(
      () => true,
      () => false,
    );
  const broken = command(['import', file, '--resume', place, '--failed', failed], { signal: interrupt.signal });
  while (!(await size())) await new Promise((resolve) => setImmediate(resolve));
  interrupt.abort();
  const { code } = await broken;
  if (code === 130) {
    const { bytes } = JSON.parse(await readFile(place, 'utf8')) as { bytes: number };
    t.ok(bytes > 0 && bytes < (await stat(file)).size);
    const rest = await command(['import', file, '--resume', place, '--failed', failed]);
    t.match(rest, { code: 5, error: /stored \d+, duplicates \d+, refused 2\n$/ });
  } else t.fail('the import was over before it could be interrupted');
  t.strictSame((await readFile(failed, 'utf8')).trim().split('\n'), bad);
  t.equal(await size(), false);

  const again = await command(['import', file]);
  t.match(again.error, /stored 0, duplicates 1200, refused 2\n$/);
  const replayed = await command(['replay', '--events-only']);
  t.strictSame(new Set(jsonLines(replayed.out).map((event) => JSON.stringify(event))), new Set(rows));
  t.match(await command(['import', '-'], { stdin: replayed.out }), { code: 0, error: /stored 0, duplicates 1200/ });

  await writeFile(place, JSON.stringify({ line: 1, bytes: 10, head: 'of another file' }));
  t.match(await command(['import', file, '--resume', place]), { code: 2, error: /another file/ });
});

t.test('tail goes on where it was interrupted, missing and repeating nothing', async (t) => {
  const { command } = await start(t);
  const place = join(await temporaryFolder(t), 'place');
  const whole = jsonLines<{ position: string }>((await command(['tail', '--from', 'earliest', '--until', 'now'])).out);
  t.ok(whole.length > 40);

  const interrupt = new AbortController();
  const onOut = (out: string) => {
    if (out.split('\n').length > 10) interrupt.abort();
  };
  const first = await command(['tail', '--from', 'earliest', '--resume', place], { signal: interrupt.signal, onOut });
  t.equal(first.code, 130);
  const second = await command(['tail', '--resume', place, '--until', 'now']);
  t.equal(second.code, 0);
  t.strictSame([...jsonLines(first.out), ...jsonLines(second.out)], whole);
  t.match(await command(['tail', '--resume', place, '--until', 'now']), { out: '' });
  await appendFile(place, ' junk');
  t.match(await command(['tail', '--resume', place, '--until', 'now']), { code: 2, error: /holds no position/ });
});

t.test('a key that is missing or may not is 4, and doctor says which', async (t) => {
  const folder = await temporaryFolder(t);
  const { out } = await run(['keys', 'create', 'desk', 'write']);
  const { key, entry } = JSON.parse(out) as { key: string; entry: object };
  const keys = join(folder, 'keys.json');
  await writeFile(keys, JSON.stringify({ keys: [entry] }));
  const { command, service } = await start(t, { LEDGERLINE_KEYS_FILE: keys, LEDGERLINE_SEEDS: 'off' });
  t.equal((await command(['query'])).code, 4);
  t.match(await command(['doctor']), { code: 4, out: /the key is not taken/ });
  const writer = { environment: { url: service.baseUrl, key } };
  t.match(await command(['doctor'], writer), { code: 4, out: /may not read/ });
  const [event] = [...generateEvents({ count: 1 })];
  t.match(await command(['import', '-'], { ...writer, stdin: JSON.stringify(event) }), { code: 0, error: /stored 1/ });
  await writeFile(join(folder, 'key'), `${key}\n`);
  t.equal((await command(['query', '--key-file', join(folder, 'key')])).code, 4);
});
