/** The script of docs/decisions/0012, run as it stands: what is written down instead of webhooks does what it says. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { freshDatabase, startProcess, startService } from '@ledgerline/testkit';
import t from 'tap';
import { projectUrl } from './support/project.ts';
import { until } from './support/until.ts';

const folder = await mkdtemp(join(tmpdir(), 'll-hook-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const page = await readFile(new URL('docs/decisions/0012-no-webhooks.md', projectUrl), 'utf8');
const script = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
await writeFile(join(folder, 'hook.sh'), script);
const path = '/usr/local/bin:/usr/bin:/bin';
// Whoever ends the script while it writes down how far it is, finds it there.
await mkdir(join(folder, 'slow'));
await writeFile(join(folder, 'slow/sed'), `#!/bin/sh\nsleep 0.5\nPATH=${path} exec sed "$@"\n`, { mode: 0o755 });

const called: string[] = [];
const receiver = createServer((request, response) => {
  void json(request).then((line) => {
    called.push((line as { data: { event: { id: string } } }).data.event.id);
    response.end();
  });
});
await once(receiver.listen(0, '127.0.0.1'), 'listening');
t.teardown(() => void receiver.close());
const { port } = receiver.address() as { port: number };

type Listed = { readonly items: readonly { readonly event: { readonly id: string } }[] };

t.test('each measure is posted in order, and over an end of the script none is lost', async (t) => {
  const { url } = await freshDatabase(t);
  const service = await startService(t, 'standalone', { DATABASE_URL: url });
  await service.output.waitFor(/\/v1\/timeline/);
  const list = async () =>
    (await (await fetch(`${service.baseUrl}/v1/events?kind=measure&limit=1000`)).json()) as Listed;
  const measures = (await list()).items.map(({ event }) => event.id);
  t.ok(measures.length > 3);
  const start = (searched: string) =>
    startProcess(t, {
      name: 'hook',
      command: '/bin/sh',
      args: ['hook.sh'],
      cwd: folder,
      env: { LEDGERLINE: service.baseUrl, HOOK: `http://127.0.0.1:${port}/`, PATH: searched },
    });
  const first = await start(`${join(folder, 'slow')}:${path}`);
  await until('some are posted', async () => (called.length >= 3 ? true : undefined));
  // The whole of it: its pipeline is several processes.
  process.kill(-first.pid, 'SIGKILL');
  await first.exited;
  const second = await start(path);
  await until('all are posted', async () => (new Set(called).size >= measures.length ? true : undefined));
  process.kill(-second.pid, 'SIGKILL');
  await second.exited;
  t.strictSame([...new Set(called)], measures);
  t.ok(called.length <= measures.length + 1, 'one call at most came twice');
});
