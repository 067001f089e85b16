/** The service as a process: what it says of itself while things are missing, and how it ends. */
import { fileURLToPath } from 'node:url';
import { preparePostgresLog } from '@ledgerline/log';
import { freshDatabase, startProcess, startService } from '@ledgerline/testkit';
import t from 'tap';

t.test('it listens before the log is there, becomes ready with it, and ends with 0 on SIGTERM', async (t) => {
  const database = await freshDatabase(t);
  const service = await startService(t, 'query', { DATABASE_URL: database.url });
  const early = await fetch(`${service.baseUrl}/health/ready`);
  t.equal(early.status, 503);
  t.match(await early.json(), {
    code: 'not-ready',
    dependencies: { database: { status: 'up' }, log: { status: 'down' } },
  });
  t.equal((await fetch(`${service.baseUrl}/`)).status, 200);
  const behind = await fetch(`${service.baseUrl}/v1/timeline`);
  t.equal(behind.status, 503);
  t.match(await behind.json(), { code: 'view-behind' });
  await preparePostgresLog(database.pool, 4);
  await service.ready();
  const { code } = await service.stop();
  t.equal(code, 0);
});

t.test('a wrong configuration is named whole and ends it with 78', async (t) => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = await startProcess(t, { name: 'query', args: [main], env: { PORT: 'x', LOG_LEVEL: 'loud' } });
  const { code } = await child.exited;
  t.equal(code, 78);
  for (const name of ['DATABASE_URL', 'PORT', 'LOG_LEVEL']) t.match(child.output.text(), name);
});
