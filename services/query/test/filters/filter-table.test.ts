/** Every filter on every list of claims and events. */
import t from 'tap';
import { claimListSchema } from '../../src/shapes/claim.ts';
import { eventListSchema } from '../../src/shapes/event.ts';
import { createQueryApp } from '../fixture/query-app.ts';
import { everySubject, filteredEvents, filterTable } from './filter-table.ts';

const query = await createQueryApp(t);
await query.append(filteredEvents);

async function read(url: string): Promise<unknown> {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return answer.json;
}
const unique = (subjects: readonly string[]) => [...new Set(subjects)].toSorted();
const current = (subjects: readonly string[]) => subjects.filter((subject) => subject !== 'withdrawn');

async function claimsOf(url: string): Promise<string[]> {
  return claimListSchema.parse(await read(url)).items.map(({ subject }) => subject);
}

for (const { query: parameters, claims, events = claims } of filterTable) {
  t.test(`?${decodeURIComponent(parameters)} is of ${claims.join(', ') || 'nothing'}`, async (t) => {
    t.strictSame(unique(await claimsOf(`/v1/timeline?${parameters}`)), unique(current(claims)), 'timeline');
    t.strictSame(
      unique(await claimsOf(`/v1/timeline?state=all&${parameters}`)),
      unique(claims),
      'timeline of all states',
    );

    const raw = eventListSchema.parse(await read(`/v1/events?${parameters}`)).items;
    t.strictSame(unique(raw.map(({ event }) => String(event['subject']))), unique(events), 'events');

    const { items } = (await read(`/v1/statistics/counts?${parameters}`)) as {
      items: { claims: number; possible: number }[];
    };
    t.equal(
      items.reduce((sum, { claims: certain, possible }) => sum + certain + possible, 0),
      current(claims).length,
      'counts',
    );
    const { page } = claimListSchema.parse(await read(`/v1/timeline?limit=1&total=exact&${parameters}`));
    t.equal(page.total, current(claims).length, 'total');
    const counted = eventListSchema.parse(await read(`/v1/events?limit=1&total=exact&${parameters}`)).page;
    t.equal(counted.total, raw.length, 'total of events');

    // The same as of the position it was read at: through the statements that compare positions.
    t.strictSame(
      await claimsOf(`/v1/timeline?${parameters}&asOf=${page.position}`),
      await claimsOf(`/v1/timeline?${parameters}`),
    );
  });
}

t.test('state is of the claim on lists of claims, and of the event on raw events', async (t) => {
  t.strictSame(await claimsOf('/v1/timeline?state=retracted'), ['withdrawn']);
  t.strictSame(unique(await claimsOf('/v1/timeline?state=current')), unique(current(everySubject)));
  const types = async (state: string) =>
    eventListSchema
      .parse(await read(`/v1/events?subject=withdrawn&state=${state}`))
      .items.map(({ event }) => event['type']);
  t.strictSame(await types('retracted'), ['claim.retracted.v1']);
  t.strictSame(await types('current'), ['statement.issued.v1']);
  t.strictSame(await types('all'), ['statement.issued.v1', 'claim.retracted.v1']);
});

t.test('the orders of the timeline', async (t) => {
  const all = ['other-desk', 'measure', 'statement', 'crossing-lt', 'crossing-lv', 'open'];
  const recorded = ['crossing-lt', 'crossing-lv', 'statement', 'measure', 'open', 'other-desk'];
  t.strictSame(await claimsOf('/v1/timeline'), all);
  t.strictSame(await claimsOf('/v1/timeline?order=occurred'), all);
  t.strictSame(await claimsOf('/v1/timeline?order=-occurred'), all.toReversed());
  t.strictSame(await claimsOf('/v1/timeline?order=recorded'), recorded);
  t.strictSame(await claimsOf('/v1/timeline?order=-recorded&limit=2'), ['other-desk', 'open']);
  t.strictSame(unique(await claimsOf('/v1/timeline?q=crossing&order=-relevance')), ['crossing-lt', 'statement']);
});

t.test('every path with filters refuses what none of them takes, naming the nearest', async (t) => {
  for (const path of ['/v1/timeline', '/v1/events', '/v1/changes', '/v1/statistics/counts', '/v1/stream']) {
    for (const [parameter, nearest] of [
      ['contry', 'country'],
      ['publishedfrom', 'publishedFrom'],
      ['hasfigures', 'hasFigure'],
      ['measure_kind', 'measureKind'],
    ]) {
      const answer = await query.get(`${path}?${parameter}=x`);
      t.equal(answer.status, 400, path);
      t.match(answer.at('/detail'), new RegExp(`${parameter}.*"${nearest}"`), path);
    }
  }
});
