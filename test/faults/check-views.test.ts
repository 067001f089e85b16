/** The comparison of views with the log finds nothing where all is well, and each kind of row that is tampered with. */
import { freshDatabase, startService } from '@ledgerline/testkit';
import t from 'tap';
import { checkViews } from './check-views.ts';
import { createStories } from './claim-stories.ts';
import { deliver } from './deliver.ts';
import { readEmbeddedLog } from './raw-log.ts';
import { seededRandom } from './seeded-random.ts';
import type { Sent } from './sent-events.ts';

const EVENTS = 300;

/** What is done to the views behind their projectors' backs, and what the checker says then. */
const tampering: [what: string, statement: string, difference: RegExp][] = [
  [
    'a claim’s title',
    `update timeline.versions set title = title || '!' where subject = $1`,
    /the timeline differs in/,
  ],
  ['a claim that is gone', 'delete from timeline.versions where subject = $1', /the timeline lacks/],
  [
    'the end of an incident',
    `delete from timeline.relation_facts where relation = 'same-incident'`,
    /the timeline differs in/,
  ],
  ['an earlier version', `update timeline.versions set reason = 'duplicate' where version = 1`, /the history of/],
  ['a status change', 'delete from timeline.status_changes', /the history of/],
  ['a measure’s course', 'update timeline.status_changes set latest = latest + 400', /measures on a day/],
  ['an event of the journal', 'delete from journal.events where subject = $1', /the replay ends after/],
  ['an event’s text', `update journal.events set event = '{"id":"x"}' where subject = $1`, /the replay differs at/],
  ['a bound', 'update statistics.figures set lower = lower + 1', /conflicts: /],
  ['a figure', 'delete from statistics.figures where ordinal = 1', /points: /],
  [
    'where a count begins',
    `update statistics.figures set period_from = '2020-01-01' where accounting = 'cumulative'`,
    /points: /,
  ],
  ['a version’s end', 'update statistics.claims set to_offset = null where version = 1', /series: /],
];

t.test('the checker of views', { timeout: 120_000 }, async (t) => {
  const { connection, pool, url } = await freshDatabase(t);
  const service = await startService(t, 'standalone', {
    DATABASE_URL: url,
    LEDGERLINE_SEEDS: 'off',
    LOG_LEVEL: 'info',
  });
  await service.ready();
  const random = seededRandom(11);
  const stories = createStories('w1', ['w2'], random);
  const sent: Sent[] = Array.from({ length: EVENTS }, () => stories.next().sent);
  const giveUpAt = performance.now() + 60_000;
  const delivery = { ingests: [service.baseUrl], random, giveUpAt: () => giveUpAt, onStored: () => undefined };
  for (const one of sent) await deliver(delivery, [one], 'single');
  const log = await readEmbeddedLog(connection);
  const check = async () => (await checkViews(service.baseUrl, log)).map(({ what }) => what.split('\n')[0] ?? '');
  t.same(await check(), [], `${log.records.length} events are shown as they were written`);

  const schemas = new Map<string, string>();
  const generations = await pool.query<{ view: string; live: number }>('select view, live from projection.views');
  for (const { view, live } of generations.rows) schemas.set(view, `${view}_g${live}`);
  const { rows } = await pool.query<{ subject: string }>(
    `select subject from ${schemas.get('timeline')}.versions where to_offset is null and state = 'current' order by subject limit 1`,
  );
  for (const [what, statement, difference] of tampering) {
    await t.test(`finds ${what}`, async (t) => {
      const text = statement.replace(/(timeline|journal|statistics)\./, (_, view: string) => `${schemas.get(view)}.`);
      const table = /(?:update|from) (\S+)/.exec(text)?.[1] ?? '';
      await pool.query(`create table kept as table ${table}`);
      await pool.query(text, text.includes('$1') ? [rows[0]?.subject] : []);
      const differences = await check();
      t.ok(
        differences.some((one) => difference.test(one)),
        JSON.stringify(differences.slice(0, 5)),
      );
      await pool.query(`truncate ${table}; insert into ${table} select * from kept; drop table kept`);
    });
  }
  t.same(await check(), [], 'put right, all is well again');
  await t.test('finds an event that the log does not have', async (t) => {
    const shorter = { ...log, records: log.records.slice(0, -1) };
    t.not((await checkViews(service.baseUrl, shorter)).length, 0);
  });
});
