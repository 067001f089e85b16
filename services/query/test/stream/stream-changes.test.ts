/** `deliver=changes`: what became different, once a read shows it. */
import { bindSchema } from '@ledgerline/projection';
import { timelineView } from '@ledgerline/projector-timeline';
import t from 'tap';
import { correction, retraction, statement, statementData } from '../fixture/event-builders.ts';
import type { StreamReader } from './read-stream.ts';
import { atLeast, caughtUp, createStreamApp, messages } from './stream-app.ts';

type Change = { change: string; subject: string; position: string };

const changes = (reader: StreamReader) => messages(reader).map(({ data }) => JSON.parse(data) as Change);
const brief = (reader: StreamReader) => changes(reader).map(({ change, subject }) => `${change} ${subject}`);

t.test('changes come as the list of changes has them, from the beginning and live', async (t) => {
  const { query, open } = await createStreamApp(t);
  await query.append([statement('a'), statement('b'), correction('a', statementData({ title: 'Better' }))]);
  const reader = await open('?deliver=changes&after=earliest');
  await caughtUp(reader);
  const listed = (await query.get('/v1/changes')).json as { items: Change[] };
  t.strictSame(changes(reader), listed.items);
  await query.append([retraction('b')]);
  await atLeast(reader, 4);
  t.equal(brief(reader).at(-1), 'retracted b');
  for (const { id, data } of messages(reader)) t.equal((JSON.parse(data) as Change).position, id);

  for (const [index, { id }] of messages(reader).entries()) {
    const rest = await open('?deliver=changes', { 'last-event-id': id });
    await caughtUp(rest);
    t.strictSame(brief(rest), brief(reader).slice(index + 1));
  }
});

t.test('a change is not sent before the timeline holds it', async (t) => {
  const { query, open } = await createStreamApp(t);
  const reader = await open('?deliver=changes');
  const events = await open('');
  await Promise.all([caughtUp(reader), caughtUp(events)]);
  await query.append([statement('early')], { views: ['journal'] });
  await atLeast(events, 1);
  t.equal((await query.get('/v1/claims/early')).status, 404);
  t.strictSame(brief(reader), []);
  await query.catchUp();
  await atLeast(reader, 1);
  t.equal((await query.get('/v1/claims/early')).status, 200);
});

t.test('changes are filtered by the claim before and after', async (t) => {
  const { query, open } = await createStreamApp(t);
  const reader = await open('?deliver=changes&tag=rare');
  await caughtUp(reader);
  await query.append([
    statement('a', { tags: ['rare'] }),
    statement('b'),
    correction('a', statementData({ tags: [] })),
    correction('a', statementData({ tags: ['other'] })),
    correction('b', statementData({ tags: ['rare'] })),
  ]);
  await atLeast(reader, 3);
  t.strictSame(brief(reader).toSorted(), ['added a', 'corrected a', 'corrected b']);
});

t.test('a generation made anew is no news, nor is a way back to the one before', async (t) => {
  const { query, open } = await createStreamApp(t);
  await query.append([statement('a'), statement('b')]);
  const reader = await open('?deliver=changes');
  await caughtUp(reader);
  const { pool } = query.database;
  const live = (generation: number) =>
    pool.query(
      `with moved as (update projection.views set live = $1 where view = 'timeline' returning view)
      select pg_notify('ledgerline_generation', view) from moved`,
      [generation],
    );
  await pool.query('create schema timeline_g2');
  await pool.query(bindSchema(timelineView.tables, 'timeline', 'timeline_g2'));
  await pool.query('insert into timeline_g2.versions select * from timeline_g1.versions');
  // It is live before it has got as far as the one before: half of it is filled yet.
  await pool.query(`
    insert into projection.generations (view, generation, version, state)
    select view, 2, version, 'live' from projection.generations where view = 'timeline';
    insert into projection.checkpoints (view, generation, partition, log_id, next_offset, last_recorded_at)
    select view, 2, partition, log_id, 0, last_recorded_at from projection.checkpoints where view = 'timeline'`);
  await live(2);
  await pool.query(`update projection.checkpoints c set next_offset = o.next_offset from projection.checkpoints o
    where o.view = 'timeline' and o.generation = 1 and c.view = 'timeline' and c.generation = 2
      and c.partition = o.partition`);
  const late = await open('?deliver=changes&after=earliest');
  await caughtUp(late);
  t.equal(brief(late).length, 2, 'whoever begins at the beginning gets them');
  await live(1);
  await query.append([statement('c')]);
  await atLeast(reader, 1);
  t.strictSame(brief(reader), ['added c']);
});
