/** The real claims in, the answers that must come out: in one process on the embedded log, and distributed on Kafka. */
import { startKafka } from '@ledgerline/testkit';
import t, { type Test } from 'tap';
import { readDocument } from './support/check-document.ts';
import { everyRead } from './support/every-read.ts';
import { checkPinnedAnswers } from './support/pinned-answers.ts';
import { readSeeds } from './support/project.ts';
import type { RestClient } from './support/rest-client.ts';
import { seedAnswers } from './support/seed-answers.ts';
import type { ClaimItem, EventItem } from './support/shapes.ts';
import { startDistributed, startStandalone } from './support/systems.ts';
import { until } from './support/until.ts';

/** Beside every read: other formats, and what says how the service is. */
const others = [
  ...['csv', 'ndjson', 'geojson', 'jsonfeed', 'atom', 'timelinejs', 'ics'].map((name) => `/v1/timeline?format=${name}`),
  ...['csv', 'ndjson', 'ics'].map((name) => `/v1/measures?format=${name}`),
  '/v1/statistics/series?format=csv',
  '/v1/statistics/counts?by=kind,month&format=csv',
  '/v1/places?format=geojson',
  '/v1/changes?format=ndjson',
  '/v1/timeline?format=xml',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/v1/nowhere',
];

const seeds = await readSeeds();

await t.test('standalone, on the embedded log, with the seeds that it loads itself', async (t) => {
  const client = await startStandalone(t);
  const recorded = await until('the seeds in the log', async () => {
    const items = await client.items<EventItem>('/v1/events?limit=1000');
    return items.length >= seeds.length ? items : undefined;
  });
  await client.settle(recorded.map(({ position }) => position));
  await checkAnswers(t, client);
  await t.test('every answer is what the OpenAPI document promises', async (t) => {
    const check = await readDocument(client);
    const paths = everyRead(recorded, await client.items('/v1/statistics/series'));
    for (const path of [...withoutRepetition(paths), ...others]) {
      const answer = await client.get(path);
      t.equal(check(path, answer), null, `${answer.status} ${path}`);
    }
  });
});

/** Of the reads of single claims, events and series a few of each: they differ in names alone. */
function withoutRepetition(paths: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return paths.filter((path) => {
    const kind = path.replace(
      /^(\/v1\/(?:claims|incidents|events|statistics\/series))\/[^/?]+(?:\/[^/?]+(?=$))?/,
      '$1/*',
    );
    const times = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, times);
    return times <= 4;
  });
}

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
