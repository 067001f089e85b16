/**
 * What must come out of the five source articles, as answers over REST: one table, checked against every way of running
 * the system. Each answer is reasoned from the articles, not copied from what the system said.
 */
import type { Test } from 'tap';
import type { RestClient } from './rest-client.ts';
import {
  type ClaimItem,
  type Comparison,
  type ConflictItem,
  inWords,
  type MeasureItem,
  type Point,
  type SeriesItem,
} from './shapes.ts';

export type SeedAnswer = { readonly title: string; check(t: Test, client: RestClient): Promise<void> };

const crossings = 'crossings:person:BY-LT';
/** "Almost 4,200" by 25 August and "exceeded 4,100" by about 20 August. */
const cumulatives = ['a1-crossings-2021-to-date', 'a5-crossings-2021-to-date'];

const points = (client: RestClient, series: string, parameters = '') =>
  client.items<Point>(`/v1/statistics/series/${series}${parameters}`);

export const seedAnswers: readonly SeedAnswer[] = [
  {
    title: '2021 is between 50.6 and 51.9 times 2020, and the answer names its claims',
    async check(t, client) {
      const { ratio, current, base } = await client.read<Comparison>(
        `/v1/statistics/compare?series=${crossings}&period=2021&baseline=2020`,
      );
      t.ok(ratio?.lower && ratio.lower >= 50.6, `lower ${ratio?.lower}`);
      t.ok(ratio?.upper && ratio.upper <= 51.9, `upper ${ratio?.upper}`);
      t.equal(ratio?.best, null, 'two bounds make no value');
      t.same(current?.claims.toSorted(), cumulatives);
      t.same(base?.claims, ['a1-detained-2020']);
      t.ok((ratio?.lower ?? 0) > 50, 'A5’s own “50 times” is consistent');
    },
  },
  {
    title: 'A1 and A5 agree on more than 4,100 and less than 4,200, each with its wording',
    async check(t, client) {
      const conflicts = await client.items<ConflictItem>(`/v1/statistics/series/${crossings}/conflicts`);
      t.ok(conflicts.length > 0);
      for (const { verdict, agreement, sources } of conflicts) {
        t.equal(verdict, 'agree');
        t.equal(agreement && inWords(agreement), '(4100, 4200)');
        t.same(
          new Set(sources.map(({ claim, text }) => `${claim}: ${text}`)),
          new Set([`${cumulatives[0]}: almost 4,200`, `${cumulatives[1]}: exceeded 4,100`]),
        );
      }
    },
  },
  {
    title: 'July 2021 is a point of its own and never added to the cumulative of 2021',
    async check(t, client) {
      const july = await points(client, crossings, '?bucket=month&from=2021-07&to=2021-07');
      t.same(july.map(inWords), ['(2000, ∞)']);
      const years = await points(client, crossings, '?bucket=year');
      const told = years.map((point) => [point.period, point.accounting, inWords(point)]);
      t.same(
        told.filter(([, accounting]) => accounting === 'cumulative'),
        [['2021', 'cumulative', '(4100, 4200)']],
      );
      t.notOk(
        years.some(({ lower }) => (lower ?? 0) > 4_200),
        'nothing says more than A1 does',
      );
    },
  },
  {
    title: 'the guards at Latvia’s border are 17, then 20, never 37',
    async check(t, client) {
      const series = 'deployed:guard:BY-LV';
      const reported = await points(client, series);
      t.same(
        reported.map((point) => [inWords(point), point.claims]),
        [
          ['[17, 17] best 17', ['a4-guards-17']],
          ['[20, 20] best 20', ['a4-guards-20']],
        ],
      );
      for (const bucket of ['day', 'week', 'month', 'year']) {
        const inBuckets = await points(client, series, `?bucket=${bucket}&limit=1000`);
        t.ok(inBuckets.length > 0, bucket);
        t.notOk(
          inBuckets.some(({ lower, best, upper }) => Math.max(lower ?? 0, best ?? 0, upper ?? 0) > 20),
          `no ${bucket} with more than 20`,
        );
      }
      const latest = (await client.items<SeriesItem>('/v1/statistics/series')).find(({ key }) => key === series);
      t.equal(latest?.latest.best, 20);
      const measures = await client.items<MeasureItem>('/v1/measures?subject=a4-guards-17,a4-guards-20');
      t.match(
        measures.find(({ subject }) => subject === 'a4-guards-17'),
        { status: 'replaced', replacedBy: ['a4-guards-20'] },
      );
    },
  },
  {
    title: 'Lithuania’s zero is a 0, not a gap; Latvia’s 164 stand in a series of their own',
    async check(t, client) {
      const lithuania = await points(client, 'attempts:attempt:BY-LT');
      t.same(lithuania.map(inWords), ['[0, 0] best 0']);
      t.same(lithuania[0]?.claims, ['a4-no-attempts-lithuania']);
      const latvia = await points(client, 'attempts:attempt:BY-LV');
      t.same(latvia.map(inWords), ['[164, 164] best 164']);
      const listed = await client.items<SeriesItem>('/v1/statistics/series');
      t.equal(listed.find(({ key }) => key === 'attempts:attempt:BY-LT')?.latest.best, 0);
    },
  },
  {
    title: 'on 15 September 2021 the pushback is in force, the fence suspended, the NATO team expected, Kuznica open',
    async check(t, client) {
      const measures = await client.items<MeasureItem>('/v1/measures?on=2021-09-15');
      const found = new Map(measures.map(({ subject, status, inForce }) => [subject, `${status}, ${inForce}`]));
      t.equal(found.get('a5-pushback'), 'in-force, certain');
      t.equal(found.get('a3-lithuanian-fence'), 'suspended, no');
      // From some day of September: on the 15th it may have begun.
      t.equal(found.get('a1-nato-counter-hybrid-team'), 'in-force, possible');
      t.notOk(found.has('a2-kuznica-closure'), 'the closure is of November');
      const later = await client.items<MeasureItem>('/v1/measures?on=2021-11-10');
      t.match(
        later.find(({ subject }) => subject === 'a2-kuznica-closure'),
        { inForce: 'certain' },
      );
    },
  },
  {
    title: 'by 2 August 2021 the public could know July’s 2,000, not the 4,100',
    async check(t, client) {
      const claims = await client.items<ClaimItem>('/v1/timeline?knownBy=2021-08-02&limit=1000');
      const texts = claims.flatMap(({ figures }) => figures.map(({ text }) => text)).join('; ');
      t.match(texts, /2,000/);
      t.notMatch(texts, /4,100|4,200/);
      t.ok(claims.length > 0 && claims.every(({ subject }) => subject.startsWith('a3-')), 'A3 alone was published');
      const known = await points(client, crossings, '?knownBy=2021-08-02');
      t.same(
        known.map((point) => [point.period, inWords(point)]),
        [['2021-07', '(2000, ∞)']],
      );
    },
  },
  {
    title: 'the seeds make these series and no others',
    async check(t, client) {
      const keys = (await client.items<SeriesItem>('/v1/statistics/series')).map(({ key }) => key);
      t.same(keys.toSorted(), [
        'attempts:attempt:BY-LT',
        'attempts:attempt:BY-LV',
        'barrier-length:km:BY-PL',
        'border-length:km:BY-LT',
        crossings,
        'deployed:guard:BY-LV',
        'present:person:BY-LT',
        'present:person:BY-PL',
        'turned-back:person:BY-LT',
      ]);
    },
  },
];
