/** The program in docs/reference/client.md, run as it stands. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freshDatabase, startService } from '@ledgerline/testkit';
import t from 'tap';

const root = new URL('../../../', import.meta.url);
const cache = new URL('node_modules/.cache/ledgerline/', root);
const DOCUMENTED_URL = 'http://127.0.0.1:8080';

t.test('the documented program prints what the page says', async (t) => {
  const page = await readFile(new URL('docs/reference/client.md', root), 'utf8');
  const program = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code).join('\n');
  const expected = [...program.matchAll(/^\/\/ → (.*)$/gm)].map(([, line]) => line);
  t.ok(expected.length > 8);

  const { url } = await freshDatabase(t);
  const service = await startService(t, 'standalone', { DATABASE_URL: url });
  await service.output.waitFor(/\/v1\/timeline$/, 30_000);
  t.ok(program.includes(DOCUMENTED_URL));
  const file = new URL(`client-documentation-${process.pid}.mjs`, cache);
  t.teardown(() => rm(file, { force: true }));
  await mkdir(cache, { recursive: true });
  // Below node_modules Node strips no types by itself.
  await writeFile(file, stripTypeScriptTypes(program.replaceAll(DOCUMENTED_URL, service.baseUrl)));
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(file)], { timeout: 60_000 });
  t.strictSame(stdout.trim().split('\n'), expected);
});
