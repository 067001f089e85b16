import { once } from 'node:events';
import t from 'tap';
import { createPhaseGate } from '../../../packages/projection/test/build/phase-gate.ts';
import { until } from '../../../packages/projection/test/until.ts';
import { viewsSchema } from '../src/routes/admin.ts';
import { rebuildSchema, rebuildsSchema, verificationSchema } from '../src/shapes/job.ts';
import { statement } from './fixture/event-builders.ts';
import { createProjectedApp } from './fixture/projected-app.ts';

const query = await createProjectedApp(t);
const statements = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => statement(`${prefix}-${n}`)) as unknown as Parameters<typeof query.append>[0];
await query.append(statements('a', 40));

const rebuildAt = async (location: string) => rebuildSchema.parse((await query.get(location)).json);
const viewOf = async (view: string) =>
  viewsSchema.parse((await query.get('/v1/admin/views')).json).items.find((item) => item.view === view);

/** Waits until it is in one of these states. */
async function settled(location: string, states: readonly string[] = ['promoted', 'failed', 'cancelled']) {
  await until(async () => states.includes((await rebuildAt(location)).state));
  return await rebuildAt(location);
}

t.test('a verification compares every view with the log and answers when it is done', async (t) => {
  const answer = await query.post('/v1/admin/verify');
  t.equal(answer.status, 200);
  const { state, views } = verificationSchema.parse(answer.json);
  t.equal(state, 'done');
  t.strictSame(
    views.map(({ view, ok, missing, extra, changed }) => [view, ok, missing, extra, changed]),
    ['journal', 'timeline', 'statistics'].map((view) => [view, true, 0, 0, 0]),
  );
  t.equal(views[0]?.expected, 40);
  t.equal(views[0]?.found, 40);
});

t.test('a row that is not what the log says is named; a long verification is looked up', async (t) => {
  await query.database.pool.query("update journal_g1.events set id = 'another' where subject = 'a-7'");
  const asked = await query.post('/v1/admin/verify', { views: ['journal'] }, { prefer: 'wait=0' });
  t.equal(asked.status, 202);
  t.match(verificationSchema.parse(asked.json), { state: 'running', views: [{ view: 'journal', ok: null }] });
  await until(async () => verificationSchema.parse((await query.get(asked.location)).json).state === 'done');
  const { views } = verificationSchema.parse((await query.get(asked.location)).json);
  t.match(views, [{ view: 'journal', ok: false, missing: 0, extra: 0, changed: 1 }]);
  t.match(views[0]?.examples, [{ kind: 'changed', table: 'events', columns: ['id'] }]);
  await until(async () =>
    /ledgerline_view_differences\{[^}]*kind="changed"[^}]*\} 1/.test((await query.get('/metrics')).text),
  );
  await query.database.pool.query("update journal_g1.events set id = (event ->> 'id') where subject = 'a-7'");
  t.match((await query.post('/v1/admin/verify', { views: ['journal'] })).json, { views: [{ ok: true }] });
});

t.test('a rebuild goes from asked to promoted, and the checksum says that nothing changed', async (t) => {
  const before = await viewOf('timeline');
  const started = await query.post('/v1/admin/views/timeline/rebuilds', { promote: 'auto' });
  t.equal(started.status, 202);
  t.match(started.location, /^\/v1\/admin\/rebuilds\/\d+$/);
  const done = await settled(started.location);
  t.match(done, { view: 'timeline', state: 'promoted', phase: 'done', events: { done: 41, total: 41 } });
  t.match(done.differences, { missing: 0, extra: 0, changed: 0 });
  const after = await viewOf('timeline');
  t.equal(after?.generation, (before?.generation ?? 0) + 1);
  t.strictSame(after?.checksum, before?.checksum);
  t.strictSame(after?.generations.map(({ state }) => state).toSorted(), ['kept', 'live']);
  const list = rebuildsSchema.parse((await query.get('/v1/admin/rebuilds')).json);
  t.equal(list.items[0]?.id, done.id);
});

t.test('how far it is, is told alike by an answer, by frames and by metrics while it is under way', async (t) => {
  const gate = await createPhaseGate(t, query.database.pool);
  await gate.close('checking');
  const { location } = await query.post('/v1/admin/views/statistics/rebuilds');
  const headers = { host: 'localhost', accept: 'text/event-stream' };
  const frames = (await query.app.inject({ url: location, headers, payloadAsStream: true })).stream();
  let told = '';
  frames.on('data', (chunk) => {
    told += String(chunk);
  });
  const over = once(frames, 'end');
  await gate.reached();
  await until(async () => (await rebuildAt(location)).phase === 'catching-up');
  await until(() => told.includes('"catching-up"'));
  const { json } = await query.get(location);
  const { id, state, events } = rebuildSchema.parse(json);
  t.match({ state, events }, { state: 'building', events: { done: 41, total: 41 } });
  const metrics = (await query.get('/metrics')).text;
  for (const which of ['done', 'total']) {
    t.match(metrics, new RegExp(`^ledgerline_rebuild_events\\{[^}]*of="${which}"[^}]*\\} 41$`, 'm'));
  }
  await gate.open();
  t.equal((await settled(location)).state, 'promoted');
  await over;
  const frame = told.split('\n').findLast((line) => line.startsWith('data: ') && line.includes('"catching-up"'));
  t.strictSame(JSON.parse(frame?.slice(6) ?? '{}'), { ...Object(json), id });
  await until(async () => !(await query.get('/metrics')).text.includes('ledgerline_rebuild_events{'));
});

t.test('progress comes as frames until it is over', async (t) => {
  const { location } = await query.post('/v1/admin/views/statistics/rebuilds');
  const stream = await query.get(location, { accept: 'text/event-stream' });
  const frames = stream.text.split('\n').filter((line) => line.startsWith('data: '));
  const states = frames.map((line) => rebuildSchema.parse(JSON.parse(line.slice(6))));
  t.equal(states.at(-1)?.state, 'promoted');
  for (const [phase, frames] of Map.groupBy(states, (one) => one.phase)) {
    const done = frames.map(({ events }) => events.done);
    t.strictSame(
      done,
      done.toSorted((a, b) => a - b),
      `${phase}: it never goes back`,
    );
  }
});

t.test('a second one is refused and named, a manual one waits for promotion, and can be rolled back', async (t) => {
  const { location } = await query.post('/v1/admin/views/journal/rebuilds', { promote: 'manual' });
  const second = await query.post('/v1/admin/views/journal/rebuilds', {});
  t.equal(second.status, 409);
  t.match(second.json, { code: 'rebuild-running', running: location });
  await settled(location, ['ready']);
  const live = (await viewOf('journal'))?.generation;
  const promoted = await query.post(`${location}/promote`);
  t.equal(promoted.status, 200);
  t.equal(rebuildSchema.parse(promoted.json).state, 'promoted');
  t.equal((await query.post(`${location}/promote`)).status, 409);
  t.equal((await query.post(`${location}/cancel`)).status, 409);
  t.not((await viewOf('journal'))?.generation, live);
  await query.append(statements('b', 10));
  const back = await query.post('/v1/admin/views/journal/rollback');
  t.equal(back.status, 200);
  t.strictSame(back.json, { view: 'journal', generation: live });
  const events = await query.get('/v1/events?limit=1000');
  t.equal((events.json as { items: unknown[] }).items.length, 50, 'what came since is there too');
});

t.test('a cancelled rebuild is over at once and leaves nothing', async (t) => {
  const { location } = await query.post('/v1/admin/views/timeline/rebuilds', { promote: 'manual' });
  await settled(location, ['ready']);
  const cancelled = await query.post(`${location}/cancel`);
  t.equal(cancelled.status, 200);
  t.equal((await rebuildAt(location)).state, 'cancelled');
  t.equal((await query.post(`${location}/cancel`)).status, 200, 'twice is once');
  await until(async () => (await viewOf('timeline'))?.generations.every(({ state }) => state !== 'building') ?? false);
});

t.test('a difference is not promoted unless it is accepted', async (t) => {
  const { generation } = (await viewOf('timeline')) ?? {};
  await query.database.pool.query(`delete from timeline_g${generation}.versions where subject = 'a-3'`);
  const { location } = await query.post('/v1/admin/views/timeline/rebuilds', { promote: 'manual' });
  t.match(await settled(location, ['ready']), { differences: { missing: 1 }, reason: /1 missing/ });
  const refused = await query.post(`${location}/promote`);
  t.equal(refused.status, 409);
  t.match(refused.json, { code: 'rebuild-not-ready', detail: /acceptDifferences/ });
  t.equal((await query.post(`${location}/promote`, { acceptDifferences: true })).status, 200);
  t.equal((await query.get('/v1/claims/a-3')).status, 200);
});

t.test('what is wrong with a request is said', async (t) => {
  const cases: readonly [method: 'get' | 'post', url: string, body: unknown, status: number, code: string][] = [
    ['post', '/v1/admin/views/nothing/rebuilds', undefined, 404, 'unknown-view'],
    ['post', '/v1/admin/views/nothing/rollback', undefined, 404, 'unknown-view'],
    ['post', '/v1/admin/views/journal/rebuilds', { promote: 'soon' }, 422, 'invalid-body'],
    ['post', '/v1/admin/views/journal/rebuilds', { from: 'latest' }, 422, 'invalid-body'],
    ['post', '/v1/admin/views/journal/rebuilds', { filter: {} }, 422, 'invalid-body'],
    ['post', '/v1/admin/views/journal/rebuilds', '{', 400, 'invalid-json'],
    ['post', '/v1/admin/views/journal/rebuilds?now=1', undefined, 400, 'unknown-parameter'],
    ['post', '/v1/admin/verify', { views: [] }, 422, 'invalid-body'],
    ['post', '/v1/admin/verify', { views: ['nothing'] }, 422, 'invalid-body'],
    ['get', '/v1/admin/rebuilds/999999', undefined, 404, 'unknown-rebuild'],
    ['get', '/v1/admin/rebuilds/x', undefined, 404, 'unknown-rebuild'],
    ['post', '/v1/admin/rebuilds/999999/cancel', undefined, 404, 'unknown-rebuild'],
    ['get', '/v1/admin/verifications/x', undefined, 404, 'unknown-rebuild'],
  ];
  for (const [method, url, body, status, code] of cases) {
    const answer = method === 'get' ? await query.get(url) : await query.post(url, body);
    t.match({ status: answer.status, json: answer.json }, { status, json: { code } }, url);
  }
});
