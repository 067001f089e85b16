/** The service as a process, with the environment that a deployment gives it. */
import { fileURLToPath } from 'node:url';
import { freshDatabase, startProcess, startService } from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { statement } from './sample-events.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function post(baseUrl: string, event: unknown): Promise<number> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  const response = await fetch(`${baseUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
  await response.arrayBuffer();
  return response.status;
}

async function exitOf(t: Test, env: Record<string, string>) {
  const child = await startProcess(t, { name: 'ingest', args: [main], env });
  const { code } = await child.exited;
  return { code, text: child.output.text() };
}

t.test('a bad environment ends with 78 and names every bad variable', async (t) => {
  const { code, text } = await exitOf(t, { PORT: 'x', LOG_LEVEL: 'loud', HOST: '0.0.0.0', KAFKA_BROKERS: 'nowhere' });
  t.equal(code, 78);
  for (const name of ['DATABASE_URL', 'PORT', 'LOG_LEVEL', 'KAFKA_BROKERS', 'LEDGERLINE_KEYS_FILE'])
    t.match(text, `${name}: `);
});

t.test('a port that is taken ends with 78', async (t) => {
  const { url } = await freshDatabase(t);
  const first = await startService(t, 'ingest', { DATABASE_URL: url });
  const { code, text } = await exitOf(t, { DATABASE_URL: url, PORT: new URL(first.baseUrl).port });
  t.equal(code, 78);
  t.match(text, /cannot listen/);
});

t.test('without its database it runs, is not ready, and answers 503', async (t) => {
  const ingest = await startService(t, 'ingest', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
  const ready = await fetch(`${ingest.baseUrl}/health/ready`);
  t.equal(ready.status, 503);
  t.match(await ready.json(), { dependencies: { database: { status: 'down' }, log: { status: 'down' } } });
  t.equal((await fetch(`${ingest.baseUrl}/health/live`)).status, 200);
  t.equal(await post(ingest.baseUrl, statement()), 503);
  const { code } = await ingest.stop();
  t.equal(code, 0);
});

t.test('told to stop under load it leaves no outcome unknown and ends with 0', async (t) => {
  const { url, pool } = await freshDatabase(t);
  const ingest = await startService(t, 'ingest', { DATABASE_URL: url });
  await ingest.ready();
  const acknowledged: string[] = [];
  const odd: string[] = [];
  let going = true;
  const writers = Array.from({ length: 16 }, async () => {
    while (going) {
      const event = statement();
      try {
        const status = await post(ingest.baseUrl, event);
        if (status === 201) acknowledged.push(String(event['id']));
        else odd.push(String(status));
      } catch (error) {
        const { code } = (error as { cause?: { code?: string } }).cause ?? {};
        if (code !== 'ECONNREFUSED') odd.push(String(code));
        going = false;
      }
    }
  });
  while (acknowledged.length < 200) await new Promise((resolve) => setImmediate(resolve));
  const { code, ms } = await ingest.stop();
  await Promise.all(writers);
  t.equal(code, 0);
  t.ok(ms < 10_000);
  t.same(odd, []);
  const { rows } = await pool.query<{ id: string }>('select id from log.receipts');
  const kept = new Set(rows.map(({ id }) => id));
  t.same(
    acknowledged.filter((id) => !kept.has(id)),
    [],
    'what was acknowledged is kept',
  );
  t.equal(kept.size, acknowledged.length, 'what was not acknowledged was not taken');
});
