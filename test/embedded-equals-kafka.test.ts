/** Promise 13: one recorded trace gives identical answers on both logs, whatever is asked. */
import { startKafka } from '@ledgerline/testkit';
import t from 'tap';
import { comparableBy, partsOf } from './support/comparable-answers.ts';
import { everyRead } from './support/every-read.ts';
import { buildRefusals, buildTrace, record, refuse } from './support/recorded-trace.ts';
import type { RestClient } from './support/rest-client.ts';
import type { EventItem, SeriesItem } from './support/shapes.ts';
import { startDistributed, startStandalone } from './support/systems.ts';

const SEED = 20210825;
const SIDE_BY_SIDE = 8;

type OpenApi = { readonly paths: Readonly<Record<string, { readonly get?: unknown }>> };

await t.test('one trace on both logs', async (t) => {
  const broker = await startKafka(t);
  if (broker === null) return t.pass('no broker', { skip: 'no Kafka broker can be had' });
  const [embedded, kafka] = await Promise.all([
    startStandalone(t, { LEDGERLINE_SEEDS: 'off' }),
    startDistributed(t, broker),
  ]);
  const trace = await buildTrace(SEED);
  const recorded = await Promise.all([embedded, kafka].map((client) => record(client, trace)));
  await Promise.all([embedded.settle(recorded[0] ?? []), kafka.settle(recorded[1] ?? [])]);

  const log = (client: RestClient) => client.items<EventItem>('/v1/events?limit=1000');
  const logs = { embedded: await log(embedded), kafka: await log(kafka) };
  t.equal(logs.embedded.length, trace.length);
  const comparable = { embedded: comparableBy(logs.embedded), kafka: comparableBy(logs.kafka) };

  async function same(title: string, ask: (client: RestClient) => Promise<unknown>): Promise<void> {
    const [one, other] = await Promise.all([ask(embedded), ask(kafka)]);
    const [expected, found] = [comparable.embedded(one), comparable.kafka(other)];
    // Some of these are large: a comparison that can tell the difference is made where there is one.
    if (JSON.stringify(found) === JSON.stringify(expected)) t.pass(title);
    else t.same(found, expected, title);
  }

  await same('every write is answered alike', async (client) => recorded[client === embedded ? 0 : 1]);
  await same('the log holds the same events at the same places', log);
  const refusals = buildRefusals(trace);
  await same('what is refused is refused alike', async (client) => (await refuse(client, refusals)).map(partsOf));
  const statuses = (await refuse(kafka, refusals)).map(({ status }) => status);
  t.same(statuses, [200, 409, 409, 409, 409, 422, 422], 'and for the reasons it should be');

  const series = await embedded.items<SeriesItem>('/v1/statistics/series');
  t.ok(series.length > 9, 'more than the seeds’ series');
  const reads = everyRead(logs.embedded, series);
  for (let at = 0; at < reads.length; at += SIDE_BY_SIDE) {
    const some = reads.slice(at, at + SIDE_BY_SIDE);
    await Promise.all(some.map((path) => same(path, async (client) => partsOf(await client.get(path)))));
  }
  for (const path of ['/v1/events?limit=7', '/v1/timeline?limit=7', '/v1/measures?limit=3&on=2021-09-15']) {
    await same(`${path}, page after page`, (client) => client.items(path));
  }
  await same('replay as NDJSON', async (client) =>
    partsOf(await client.get('/v1/events', { accept: 'application/x-ndjson' })),
  );

  for (let at = 0; at < trace.length; at += 20) {
    const asOf = (client: RestClient) => (client === embedded ? logs.embedded : logs.kafka)[at]?.position;
    for (const path of ['/v1/timeline?limit=1000', '/v1/statistics/counts?by=kind', '/v1/events?limit=1000']) {
      await same(`${path} as of event ${at}`, async (client) =>
        partsOf(await client.get(`${path}&asOf=${asOf(client)}`)),
      );
    }
  }

  await t.test('no path of the interface was left out', async (t) => {
    const { paths } = await kafka.read<OpenApi>('/openapi.json');
    const templates = Object.keys(paths).filter((path) => path.startsWith('/v1/') && paths[path]?.get !== undefined);
    t.ok(templates.length > 10);
    for (const template of templates) {
      const pattern = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/?]+')}(\\?|$)`);
      t.ok(
        reads.some((path) => pattern.test(path)),
        template,
      );
    }
  });
});
