/** `npm start` over its life: the first start, the next ones, and what ends it. One data folder goes through all of it. */
import t from 'tap';
import { npmStart, temporaryFolder } from './support/npm-start.ts';
import { runningWith, stillRunning } from './support/process-tree.ts';
import { readSeeds } from './support/project.ts';
import type { RestClient } from './support/rest-client.ts';
import { statement } from './support/sample-claims.ts';
import type { ClaimItem, EventItem, WriteResult } from './support/shapes.ts';
import { until } from './support/until.ts';

const STOP_MS = 10_000;
const seeds = await readSeeds();
const subjects = [...new Set(seeds.map(({ subject }) => subject))].toSorted();
const folder = await temporaryFolder(t);
const env = { LEDGERLINE_DATA: `${folder}/data` };
/** Events acknowledged besides the seeds. */
const own: string[] = [];
/** Where every event stands, by its id, as first seen. */
let places = new Map<string, string>();

const placesOf = (items: readonly EventItem[]) =>
  new Map(items.map(({ event, partition, offset, recordedAt }) => [event.id, `${partition}:${offset} ${recordedAt}`]));

const readLog = (client: RestClient) => client.items<EventItem>('/v1/events?limit=1000');

/** One after the other; each is noted as soon as it is acknowledged. Gives their positions. */
async function post(client: RestClient, count: number): Promise<string[]> {
  const positions: string[] = [];
  for (let sent = 0; sent < count; sent++) {
    const event = statement();
    const { status, text, json } = await client.send(event);
    if (status !== 201) throw new Error(`${status} ${text}`);
    own.push(event.id);
    positions.push((json as WriteResult).position);
  }
  return positions;
}

async function subjectsOf(client: RestClient): Promise<string[]> {
  return (await client.items<ClaimItem>('/v1/timeline?limit=1000')).map(({ subject }) => subject).toSorted();
}

await t.test('told to stop while it makes its data folder, it ends with 0 and leaves nothing running', async (t) => {
  const app = await npmStart(t, folder, env);
  await app.output.waitFor(/making a new data folder/);
  const { code, ms } = await app.stop();
  t.equal(code, 0, app.output.text());
  t.ok(ms < STOP_MS, `${ms} ms`);
  t.same(await runningWith(folder), []);
});

await t.test('a first start prints the links within a minute and shows the seeds', async (t) => {
  const app = await npmStart(t, folder, env);
  const client = await app.up(60_000);
  for (const path of ['/', '/docs', '/v1/timeline?knownBy=2021-08-02', '/v1/measures?on=2021-09-15']) {
    const { lines } = app.output;
    const link = lines().find((line) => line.endsWith(path));
    t.ok(link, `the link to ${path}`);
    t.equal((await client.get(path)).status, 200, path);
  }
  await until('the seeds on the timeline', async () => {
    const { items } = await client.read<{ items: ClaimItem[] }>('/v1/timeline?limit=1000');
    return items.length >= subjects.length ? true : undefined;
  });
  t.same(await subjectsOf(client), subjects);
  await client.settle(await post(client, 1));
  places = placesOf(await readLog(client));
  t.equal(places.size, seeds.length + 1);

  await t.test('SIGTERM to npm ends everything within 10 s, with 0, and leaves nothing behind', async (t) => {
    const processes = await app.processes();
    if (process.platform === 'linux') {
      t.ok(
        processes.some(({ command }) => command.includes('services/standalone/src/main.ts')),
        'Node is seen',
      );
      t.ok(
        processes.some(({ command }) => command.includes('postgres')),
        'PostgreSQL is seen',
      );
    }
    const { code, ms } = await app.stop();
    t.equal(code, 0, app.output.text());
    t.ok(ms < STOP_MS, `${ms} ms`);
    t.same([...(await stillRunning(processes)), ...(await runningWith(folder))], []);
  });
});

await t.test('a second start keeps the data and loads nothing twice', async (t) => {
  const app = await npmStart(t, folder, env);
  const client = await app.up();
  t.same(placesOf(await readLog(client)), places, 'every event stands where it stood');
  t.match(app.output.text(), /already there|the log holds other events/);
  const ownSubjects = own.map((id) => id.replace(/\.1$/, ''));
  t.same(await subjectsOf(client), [...subjects, ...ownSubjects].toSorted());

  await t.test('another start on the running folder ends with 78 and says why', async (t) => {
    const second = await npmStart(t, folder, env);
    const { code } = await second.exited;
    t.equal(code, 78);
    t.match(second.output.text(), `another Ledgerline is running on the data folder ${env.LEDGERLINE_DATA}`);
    t.notMatch(second.output.text(), /\n\s+at /, 'no stack');
    t.equal((await client.get('/v1/timeline')).status, 200, 'the first goes on');
  });

  await t.test('kill -9 of Node ends npm too', async (t) => {
    await post(client, 20);
    const node = (await app.processes()).find(({ command }) => command.includes('services/standalone/src/main.ts'));
    if (node === undefined) return t.fail('no Node below npm');
    process.kill(node.pid, 'SIGKILL');
    const { code, signal } = await app.exited;
    t.not(code, 0, `${code} ${signal}`);
  });
});

await t.test('after kill -9 a start on the same folder has everything that was acknowledged', async (t) => {
  const app = await npmStart(t, folder, env);
  const client = await app.up(60_000);
  const found = placesOf(await readLog(client));
  for (const [id, place] of places) t.equal(found.get(id), place, id);
  t.same(
    own.filter((id) => !found.has(id)),
    [],
    'nothing acknowledged is lost',
  );
  t.equal(found.size, seeds.length + own.length, 'nothing is there twice');
  await until('every claim on the timeline', async () =>
    (await subjectsOf(client)).length === subjects.length + own.length ? true : undefined,
  );
  const processes = await app.processes();
  t.equal((await app.stop()).code, 0);
  t.same(await stillRunning(processes), [], 'the server found again is stopped too');
});
