/** `deliver=changes` across rebuilds: what really became different for a reader is told, once, and nothing else. */
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import t from 'tap';
import { afterWriting } from '../../../../packages/projection/test/after-writing.ts';
import { until } from '../../../../packages/projection/test/until.ts';
import { rebuiltSchema } from '../../src/shapes/change.ts';
import { rebuildSchema } from '../../src/shapes/job.ts';
import { link, retraction, statement } from '../fixture/event-builders.ts';
import { createProjectedApp, type ProjectedApp } from '../fixture/projected-app.ts';
import { readStream, type StreamReader } from './read-stream.ts';
import { atLeast, caughtUp, frameNamed, messages } from './stream-app.ts';

type Claim = { title: string; relations: unknown[] } | null;
type Item = { change: string; subject: string; position: string; before: Claim; after: Claim };

const items = (reader: StreamReader) => messages(reader).map(({ data }) => JSON.parse(data) as Item);
/** [change, subject, title before, title after] */
const brief = (reader: StreamReader) =>
  items(reader).map(({ change, subject, before, after }) => [change, subject, before?.title, after?.title]);

const query = await createProjectedApp(t, [journalView, statisticsView]);
const timeline = query.project(timelineView);
const baseUrl = await query.app.listen({ host: '127.0.0.1', port: 0 });
const { pool } = query.database;

async function open(filters = '', lastEventId?: string): Promise<StreamReader> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const reader = await readStream(`${baseUrl}/v1/stream?deliver=changes${filters}`, headers);
  t.teardown(() => reader.cut());
  await caughtUp(reader);
  return reader;
}

const append = async (...events: readonly object[]) =>
  await query.append(events as Parameters<ProjectedApp['append']>[0]);

async function live(): Promise<number> {
  const { rows } = await pool.query<{ live: number }>("select live from projection.views where view = 'timeline'");
  return rows[0]?.live ?? 0;
}

/** The live rows of the claim say something else than the log. */
async function spoil(subject: string, title: string): Promise<void> {
  await pool.query(`update timeline_g${await live()}.versions set title = $2 where subject = $1`, [subject, title]);
}

async function rebuild(body: object = { promote: 'manual' }): Promise<string> {
  const { location } = await query.post('/v1/admin/views/timeline/rebuilds', body);
  await until(async () => rebuildSchema.parse((await query.get(location)).json).state === 'ready');
  return location;
}

async function promote(location: string): Promise<void> {
  const { status, text } = await query.post(`${location}/promote`, { acceptDifferences: true });
  if (status !== 200) throw new Error(text);
}

async function rollBack(): Promise<void> {
  const { status, text } = await query.post('/v1/admin/views/timeline/rollback');
  if (status !== 200) throw new Error(text);
}

/** What has come when a claim that is added afterwards has: nothing is on its way any more. */
let marks = 0;
async function untilMarked(...readers: readonly StreamReader[]): Promise<void> {
  const subject = `mark-${(marks += 1)}`;
  await append(statement(subject, { tags: ['a', 'b'] }));
  for (const reader of readers) {
    await reader.until(subject, () => (items(reader).at(-1)?.subject === subject ? true : undefined));
  }
}
/** All that a stream tells which begins there. */
async function toldFrom(filters: string, lastEventId?: string): Promise<unknown[]> {
  const reader = await open(filters, lastEventId);
  await untilMarked(reader);
  return told(reader);
}
const untilTold = async (reader: StreamReader, count: number) =>
  await reader.until(`${count} differences`, () => (told(reader).length >= count ? true : undefined));
const isMark = ([, subject]: readonly unknown[]) => String(subject).startsWith('mark-');
const told = (reader: StreamReader) => brief(reader).filter((item) => !isMark(item));

await append(
  statement('a', { title: 'Right a', tags: ['a'] }),
  statement('b', { title: 'Right b', tags: ['b'] }),
  statement('c', { title: 'Right c' }),
  link('c', 'quotes', 'b'),
);

t.test('a promotion that changes nothing, and a way back, say nothing', async (t) => {
  const reader = await open();
  await promote(await rebuild());
  await untilMarked(reader);
  await rollBack();
  await untilMarked(reader);
  t.strictSame(told(reader), []);
  await pool.query('delete from projection.amendments');
  await rollBack();
  const { data } = await frameNamed(reader, 'gap');
  t.strictSame(JSON.parse(data), { reason: 'rebuilt', records: [] }, 'nobody knows what differs');
});

t.test('differences that were accepted are told, as a read shows them, with what was before', async (t) => {
  await spoil('a', 'Wrong a');
  const [all, ofA, ofB] = [await open(), await open('&tag=a'), await open('&tag=b')];
  const start = all.lastEventId();
  const location = await rebuild();
  await promote(location);
  await atLeast(all, 1);
  t.match((await query.get('/v1/claims/a')).json, { title: 'Right a' });
  await untilMarked(all, ofA, ofB);
  const difference = ['rebuilt', 'a', 'Wrong a', 'Right a'];
  t.strictSame(told(all), [difference]);
  t.strictSame(told(ofA), [difference]);
  t.strictSame(told(ofB), []);
  const [frame] = messages(all);
  t.equal(rebuiltSchema.parse(JSON.parse(frame?.data ?? '')).position, frame?.id);

  t.strictSame(await toldFrom('', start), [difference], 'whoever was away meanwhile gets the same');
  t.strictSame(await toldFrom('', frame?.id), [], 'whoever had it does not get it again');
  for (const path of ['/v1/timeline?asOf=', '/v1/changes?after=', '/v1/timeline?minPosition=', '/v1/events?after=']) {
    t.equal((await query.get(`${path}${frame?.id}`)).status, 200, path);
  }

  await rollBack();
  await untilTold(all, 2);
  t.strictSame(told(all).at(-1), ['rebuilt', 'a', 'Right a', 'Wrong a']);
  await rollBack();
  await untilTold(all, 3);
  await untilMarked(all);
  t.strictSame(told(all).slice(2), [difference]);
  // With filters that nobody else has, so that it is read anew.
  t.strictSame(await toldFrom('&tag=a,zz', start), [difference], 'there and back and there again is once');
});

t.test('what no item shows is told to those alone whose lists it changes', async (t) => {
  await pool.query(`update timeline_g${await live()}.versions set search = '' where subject = 'a'`);
  const [all, searching] = [await open(), await open('&q=right')];
  await promote(await rebuild());
  await untilTold(searching, 1);
  await untilMarked(all);
  t.strictSame(told(searching), [['rebuilt', 'a', 'Right a', 'Right a']]);
  t.strictSame(told(all), []);
});

t.test('a client that is cut among several differences gets the others, and none twice', async (t) => {
  for (const subject of ['a', 'c']) await spoil(subject, `Wrong ${subject}`);
  await pool.query(`delete from timeline_g${await live()}.relation_facts`);
  const reader = await open();
  await promote(await rebuild());
  await atLeast(reader, 3);
  t.strictSame(
    told(reader).map(([, subject]) => subject),
    ['a', 'b', 'c'],
  );
  t.match(
    items(reader).map(({ before, after }) => [before?.relations.length, after?.relations.length]),
    [
      [0, 0],
      [0, 1],
      [0, 1],
    ],
    'the other end of a relation too',
  );
  for (const [index, { id }] of [...messages(reader)].entries()) {
    t.strictSame(await toldFrom('', id), told(reader).slice(index + 1));
    t.strictSame(await toldFrom(`&tag=!zz,${index}`, id), told(reader).slice(index + 1), 'not what is remembered');
  }
});

t.test('a position that does not say what was told counts as read before, unless more was read there', async (t) => {
  await toldFrom('');
  const here = await positionNow();
  await spoil('b', 'Wrong b');
  await promote(await rebuild());
  t.strictSame(await toldFrom(`&after=${here}`), [['rebuilt', 'b', 'Wrong b', 'Right b']]);
  t.strictSame(await toldFrom(`&after=${await positionNow()}`), []);
  const all = await open('&after=earliest&tag=!zz');
  await untilMarked(all);
  t.notMatch(all.text(), 'rebuilt', 'from the beginning it comes as it is now');
});

t.test('rows that were made anew in place are told, without what was before', async (t) => {
  await spoil('b', 'Wrong b');
  const [all, ofA, notB] = [await open(), await open('&subject=a'), await open('&tag=a')];
  await rebuild({ filter: { subject: 'b' } });
  await atLeast(all, 1);
  await untilMarked(all, notB);
  t.strictSame(told(all), [['rebuilt', 'b', undefined, 'Right b']]);
  t.strictSame(told(notB), told(all), 'nobody can say whether it was in the list');
  await rebuild({ filter: { subject: 'b' } });
  await untilMarked(all);
  t.equal(told(all).length, 1, 'nothing differed');
  t.strictSame(brief(ofA), []);
});

t.test('claims that a new version shows otherwise are told, and too many in one word', async (t) => {
  const louder = (version: number, change: string): typeof timelineView => ({
    ...timelineView,
    version: timelineView.version + version,
    prepare: afterWriting(
      timelineView,
      async (tx) => await tx.query({ text: `update timeline.versions set ${change}` }),
    ),
  });
  const reader = await open();
  const start = reader.lastEventId();
  await timeline.stop();
  const next = query.project(louder(1, "title = upper(title) where subject = 'a'"));
  await atLeast(reader, 1);
  t.strictSame(told(reader), [['rebuilt', 'a', 'Right a', 'RIGHT A']]);
  await until(() => next.state().ready);
  t.strictSame(await toldFrom('&tag=a', start), [['rebuilt', 'a', 'Right a', 'RIGHT A']]);
  await append(retraction('a', 'unlawful'));
  const late = await open('&tag=a,yy', start);
  await untilMarked(late);
  t.notMatch(late.text(), /right a/i, 'the rows before don’t know that nobody may see it any more');
  await append(...Array.from({ length: 1_001 }, (_, n) => statement(`n-${n}`, { title: 'quiet' })));
  await atLeast(reader, 1_005);
  await next.stop();
  query.project(louder(2, "title = upper(title) where subject <> 'a'"));
  const { data, id } = await frameNamed(reader, 'gap');
  t.strictSame(JSON.parse(data), { reason: 'rebuilt', records: [] });
  t.match((await query.get('/v1/claims/n-1')).json, { title: 'QUIET' });
  t.strictSame(await toldFrom('', id), []);
});

async function positionNow(): Promise<string> {
  const { headers } = await query.app.inject({ url: '/v1/timeline?limit=1', headers: { host: 'localhost' } });
  return String(headers['ledgerline-position']);
}
