/** The routes of parked records, on rows that a projector might have left; that it carries out what is asked is tried in test/. */
import t from 'tap';
import { parkedOutcomeSchema, parkedSchema } from '../src/openapi/parked-operations.ts';
import { parkedRecordSchema } from '../src/shapes/parked.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
const { pool } = query.database;

type Put = { view?: string; offset: number; subject?: string; reason?: string };

async function park({ view = 'timeline', offset, subject = 's', reason = 'apply-failed' }: Put): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into projection.parked (view, generation, partition, "offset", subject, reason, message, value, recorded_at)
     values ($1, 1, 0, $2, $3, $4, 'because', 'bytes', now()) returning id`,
    [view, offset, subject, reason],
  );
  return rows[0]?.id ?? Number.NaN;
}

async function post(url: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await query.app.inject({
    method: 'POST',
    url,
    headers: { host: 'localhost', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: response.statusCode, headers: response.headers, json: response.json<Record<string, unknown>>() };
}

const requestOf = async (id: number) =>
  (await pool.query('select requested, requested_by, request_reason from projection.parked where id = $1', [id]))
    .rows[0];

await t.test('parked records are listed in order, by pages, by view, subject and reason', async (t) => {
  for (const offset of [7, 8, 9]) await park({ offset });
  await park({ view: 'journal', offset: 3, subject: 'other', reason: 'undecodable' });
  const first = await query.get('/v1/admin/parked?limit=2');
  t.match(first.headers['link'], /rel="next"/);
  const page = parkedSchema.parse(first.json);
  t.strictSame(
    page.items.map(({ offset }) => offset),
    [7, 8],
  );
  const second = parkedSchema.parse((await query.get(`/v1/admin/parked?limit=2&cursor=${page.page.next}`)).json);
  t.strictSame(
    second.items.map(({ offset }) => offset),
    [9, 3],
  );
  t.equal(second.page.next, null);
  for (const filter of ['view=journal', 'subject=other', 'reason=undecodable', 'view=journal&reason=undecodable']) {
    const { items } = parkedSchema.parse((await query.get(`/v1/admin/parked?${filter}`)).json);
    t.match(items, [{ view: 'journal', offset: 3, state: 'parked', requested: null, discarded: null }], filter);
    t.equal(items.length, 1, filter);
  }
  t.same((await query.get('/v1/admin/parked?state=discarded')).at('/items'), []);
  for (const bad of ['cursor=x', 'view=none', 'reason=none', 'state=gone', 'subjekt=s']) {
    t.equal((await query.get(`/v1/admin/parked?${bad}`)).status, 400, bad);
  }
});

await t.test('one is read by its id, with its bytes', async (t) => {
  const id = await park({ offset: 20 });
  const { id: found, value } = parkedRecordSchema.parse((await query.get(`/v1/admin/parked/${id}`)).json);
  t.equal(found, id);
  t.equal(Buffer.from(value, 'base64').toString(), 'bytes');
  for (const unknown of ['999999', 'x', '-1']) {
    const answer = await query.get(`/v1/admin/parked/${unknown}`);
    t.equal(answer.at('/code'), 'unknown-parked-event', unknown);
    t.equal(answer.status, 404, unknown);
  }
});

await t.test('a retry is asked for once more and once more, with or without an empty body', async (t) => {
  const id = await park({ offset: 30 });
  for (const body of [undefined, {}, {}]) {
    const answer = await post(`/v1/admin/parked/${id}/retry`, body);
    t.equal(answer.status, 202);
    t.equal(answer.headers['location'], `/v1/admin/parked/${id}`);
    t.match(parkedOutcomeSchema.parse(answer.json), {
      outcome: 'requested',
      record: { requested: { action: 'retry' } },
    });
  }
  t.same(await requestOf(id), { requested: 'retry', requested_by: null, request_reason: null });
});

await t.test('a discard keeps its reason, and needs one', async (t) => {
  const id = await park({ offset: 40 });
  for (const body of [
    {},
    { reason: '' },
    { reason: '  ' },
    { reason: 'x'.repeat(501) },
    { reason: 5 },
    { reason: 'a', by: 'b' },
  ]) {
    const answer = await post(`/v1/admin/parked/${id}/discard`, body);
    t.match([answer.status, answer.json['code']], [422, 'invalid-body'], JSON.stringify(body));
  }
  t.equal((await post(`/v1/admin/parked/${id}/discard`)).status, 415);
  t.same(await requestOf(id), { requested: null, requested_by: null, request_reason: null });
  const answer = await post(`/v1/admin/parked/${id}/discard`, { reason: 'a test of another desk' });
  t.equal(answer.status, 202);
  t.same(await requestOf(id), { requested: 'discard', requested_by: null, request_reason: 'a test of another desk' });
});

await t.test('with Prefer: wait the answer says what became of it', async (t) => {
  const [applied, failed] = [await park({ offset: 50 }), await park({ offset: 51 })];
  const settle = async (id: number, statement: string) => {
    while ((await requestOf(id))?.requested !== 'retry') await new Promise((resolve) => setImmediate(resolve));
    await pool.query(statement, [id]);
  };
  const wait = { prefer: 'wait=20' };
  const [one, two] = await Promise.all([
    post(`/v1/admin/parked/${applied}/retry`, {}, wait),
    post(`/v1/admin/parked/${failed}/retry`, {}, wait),
    settle(applied, 'delete from projection.parked where id = $1'),
    settle(failed, 'update projection.parked set requested = null, attempts = attempts + 1 where id = $1'),
  ]);
  t.match([one.status, one.json], [200, { outcome: 'applied', record: null }]);
  t.match([two.status, two.json], [200, { outcome: 'parked', record: { attempts: 2, requested: null } }]);
  t.equal((await post(`/v1/admin/parked/${applied}/retry`, {})).status, 404);
});

await t.test('a page of another origin can ask for nothing', async (t) => {
  const id = await park({ offset: 60 });
  const origin = { origin: 'https://elsewhere.example' };
  t.equal((await post(`/v1/admin/parked/${id}/retry`, undefined, origin)).status, 415);
  const form = { ...origin, 'content-type': 'application/x-www-form-urlencoded' };
  t.equal((await post(`/v1/admin/parked/${id}/retry`, undefined, form)).status, 415);
  t.same((await requestOf(id))?.requested, null);
});
