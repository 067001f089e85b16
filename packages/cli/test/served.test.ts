/** The commands against the whole system in one process, with the seeds in it. */
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, generateEvents, startService, type Teardown, type TestService } from '@ledgerline/testkit';
import t from 'tap';
import { jsonLines, type RunOptions, run } from './fixture/run.ts';

type Given = { readonly env?: Readonly<Record<string, string>>; readonly key?: string };

/** A service of its own, and commands that are run against it. */
async function start(t: Teardown, { env = {}, key }: Given = {}) {
  const { url } = await freshDatabase(t);
  const service: TestService = await startService(t, 'standalone', { DATABASE_URL: url, ...env });
  await service.ready();
  const environment = { url: service.baseUrl, ...(key !== undefined && { key }) };
  const command = (args: readonly string[], options: RunOptions = {}) => run(args, { environment, ...options });
  return { service, command };
}

async function createKey(name: string, scopes: readonly string[]) {
  const { out } = await run(['keys', 'create', name, ...scopes]);
  return JSON.parse(out) as { key: string; entry: object };
}

async function temporaryFolder(t: Teardown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'll-cli-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

const writer = await createKey('writer', ['write']);
const owner = await createKey('owner', ['write', 'read']);
const keys = join(await temporaryFolder(t), 'keys.json');
await writeFile(keys, JSON.stringify({ keys: [writer.entry, owner.entry] }));
const [seeded, empty] = await Promise.all([
  start(t),
  start(t, { env: { LEDGERLINE_KEYS_FILE: keys, LEDGERLINE_SEEDS: 'off' }, key: owner.key }),
]);
await seeded.service.output.waitFor(/\/v1\/timeline$/, 30_000);

t.test('the reads answer in tables for people and in JSON for programs', async (t) => {
  const { command } = seeded;
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
  const { command } = empty;
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
  const { command } = seeded;
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
  const { command, service } = empty;
  const url = service.baseUrl;
  const keyless = { environment: { url } };
  t.equal((await command(['query'], keyless)).code, 4);
  t.match(await command(['doctor'], keyless), { code: 4, out: /the key is not taken/ });
  const writing = { environment: { url, key: writer.key } };
  t.match(await command(['doctor'], writing), { code: 4, out: /may not read/ });
  const [event] = [...generateEvents({ count: 1, seed: 2 })];
  t.match(await command(['import', '-'], { ...writing, stdin: JSON.stringify(event) }), { code: 0, error: /stored 1/ });
  const file = join(await temporaryFolder(t), 'key');
  await writeFile(file, `${writer.key}\n`);
  t.equal((await command(['query', '--key-file', file], keyless)).code, 4);
  await writeFile(file, `${owner.key}\n`);
  t.equal((await command(['query', '--key-file', file], keyless)).code, 0);
});
