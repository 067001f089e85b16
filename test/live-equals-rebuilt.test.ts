/**
 * Promise 4: views that grew live, the same views built from an empty database over the same log, and a recomputation
 * from what GET /v1/events says, are equal, in whatever order partitions come.
 */
import { createPostgresLog } from '@ledgerline/log';
import { freshDatabase, quietLogger, type Teardown } from '@ledgerline/testkit';
import fc from 'fast-check';
import t from 'tap';
import { readConfig } from '../services/standalone/src/config.ts';
import { startStandalone } from '../services/standalone/src/standalone.ts';
import { foldEvents } from './support/fold-events.ts';
import { arbitraryBatches } from './support/history-plans.ts';
import { inScope } from './support/in-scope.ts';
import { dumpViews, rebuildViews } from './support/rebuild-views.ts';
import { createRestClient, type RestClient } from './support/rest-client.ts';
import type { ClaimItem, EventItem } from './support/shapes.ts';
import { until } from './support/until.ts';

const SEED = 20211110;
const RUNS = 8;
const PARTITIONS = 5;
// Histories of a hundred events, not of ten.
fc.configureGlobal({ baseSize: 'medium' });

/** Everything in this process, on the embedded log. */
async function startSystem(scope: Teardown, databaseUrl: string) {
  const { promise: url, resolve } = Promise.withResolvers<string>();
  const environment = { PORT: '0', LOG_LEVEL: 'silent', LEDGERLINE_SEEDS: 'off', KAFKA_PARTITIONS: String(PARTITIONS) };
  const config = readConfig({ ...environment, DATABASE_URL: databaseUrl });
  const system = await startStandalone(config, new AbortController().signal, (links) =>
    resolve(/http:\/\/[^/\s]+/.exec(links)?.[0] ?? ''),
  );
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= system.stop());
  scope.teardown(stop);
  const at = await url;
  const client = createRestClient({ read: at, write: at });
  await until('ready', async () => ((await client.get('/health/ready')).status === 200 ? true : undefined));
  return { client, stop };
}

async function postAll(client: RestClient, batches: readonly (readonly unknown[])[]): Promise<string[]> {
  const positions: string[] = [];
  for (const batch of batches) {
    const { status, text, json } = await client.post(JSON.stringify(batch), 'application/cloudevents-batch+json');
    if (status !== 201) throw new Error(`${status} ${text}`);
    positions.push((json as { position: string }).position);
  }
  return positions;
}

await t.test('live, rebuilt and recomputed views are equal, row by row', async (t) => {
  const delivery = fc.record({
    ranks: fc.array(fc.nat(), { minLength: PARTITIONS, maxLength: PARTITIONS }),
    batchSize: fc.integer({ min: 1, max: 40 }),
  });
  let events = 0;
  let corrected = 0;
  const property = fc.asyncProperty(arbitraryBatches(100), delivery, async (batches, how) =>
    inScope(async (scope) => {
      const live = await freshDatabase(scope);
      const { client, stop } = await startSystem(scope, live.url);
      await client.settle(await postAll(client, batches));
      const log = await client.items<EventItem>('/v1/events?limit=100');
      const timeline = await client.items<ClaimItem & { event: { id: string } }>('/v1/timeline?state=all&limit=100');
      await stop();
      events += log.length;
      corrected += log.filter(({ event }) => event.type === 'claim.corrected.v1').length;

      const rebuilt = await freshDatabase(scope);
      const reader = createPostgresLog({ pool: live.pool, logger: quietLogger });
      scope.teardown(() => reader.close());
      await rebuildViews(reader, rebuilt, how);
      const [grown, built] = [await dumpViews(live), await dumpViews(rebuilt)];
      if (!t.same(built, grown, `${grown.length} rows are the same live and rebuilt`)) throw new Error('rows differ');

      const shown = timeline.map(({ subject, version, state, title, event: { id: event } }) => ({
        subject,
        version,
        state,
        title,
        event,
      }));
      const sorted = shown.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
      if (!t.same(sorted, foldEvents(log), `${sorted.length} claims are as recomputed`))
        throw new Error('claims differ');
      if (log.length !== batches.flat().length) throw new Error('the log holds other events than were posted');
    }),
  );
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  t.ok(events > 20 * RUNS, `histories of some length: ${events} events in ${RUNS} runs`);
  t.ok(corrected > RUNS, `${corrected} corrections`);
});
