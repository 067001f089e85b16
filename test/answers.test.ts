/** The real claims in, the answers that must come out: in one process on the embedded log, and distributed on Kafka. */
import { startKafka } from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { checkPinnedAnswers } from './support/pinned-answers.ts';
import { readSeeds } from './support/project.ts';
import type { RestClient } from './support/rest-client.ts';
import { seedAnswers } from './support/seed-answers.ts';
import type { ClaimItem, EventItem } from './support/shapes.ts';
import { startDistributed, startStandalone } from './support/systems.ts';
import { until } from './support/until.ts';

const seeds = await readSeeds();

await t.test('standalone, on the embedded log, with the seeds that it loads itself', async (t) => {
  const client = await startStandalone(t);
  const recorded = await until('the seeds in the log', async () => {
    const items = await client.items<EventItem>('/v1/events?limit=1000');
    return items.length >= seeds.length ? items : undefined;
  });
  await client.settle(recorded.map(({ position }) => position));
  await checkAnswers(t, client);
});

await t.test('the distributed services, on Apache Kafka, with the seeds posted as NDJSON', async (t) => {
  const broker = await startKafka(t);
  if (broker === null) return t.pass('no broker', { skip: 'no Kafka broker can be had' });
  const client = await startDistributed(t, broker);
  const results = await client.sendLines(seeds);
  await client.settle(results.map(({ position }) => position));
  await checkAnswers(t, client);
});

async function checkAnswers(t: Test, client: RestClient): Promise<void> {
  await t.test('every claim of the seeds is on the timeline, every event in the log', async (t) => {
    const claims = await client.items<ClaimItem>('/v1/timeline?limit=1000');
    t.same(
      claims.map(({ subject }) => subject).toSorted(),
      [...new Set(seeds.map(({ subject }) => subject))].toSorted(),
    );
    const events = await client.items<EventItem>('/v1/events?limit=10');
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    t.same(events.map(({ event }) => event).toSorted(byId), seeds.toSorted(byId));
  });
  for (const { title, check } of seedAnswers) await t.test(title, async (t) => await check(t, client));
  await t.test('cited by a position, the figures stay what they were, to the byte', async (t) =>
    checkPinnedAnswers(t, client),
  );
}
