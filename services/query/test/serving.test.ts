/** What shows only over a real socket, or when the views themselves change. */
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { withTransaction } from '@ledgerline/database';
import { listen } from '@ledgerline/http';
import { bindSchema, createViewReader } from '@ledgerline/projection';
import { timelineView } from '@ledgerline/projector-timeline';
import { quietLogger } from '@ledgerline/testkit';
import t from 'tap';
import { replay } from '../src/events/replay.ts';
import { createReadContext } from '../src/read-context.ts';
import { statement } from './fixture/event-builders.ts';
import { createQueryApp, type QueryApp } from './fixture/query-app.ts';

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => statement(`s-${index}`, { summary: 'x'.repeat(1_000) }));

t.test('a replay over a socket comes whole, and a client that leaves is let go', async (t) => {
  const query = await createQueryApp(t);
  await query.append(many(3_000));
  const url = await listen(query.app, { host: '127.0.0.1', port: 0 });
  const open = async (): Promise<IncomingMessage> => {
    const request = httpGet(`${url}/v1/events`, { headers: { accept: 'application/x-ndjson' } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };
  const leaver = await open();
  await once(leaver, 'readable');
  leaver.destroy();
  let lines = 0;
  for await (const chunk of await open()) lines += String(chunk).split('\n').length - 1;
  t.equal(lines, 3_000);
});

t.test('a replay that has ended keeps no timer', async (t) => {
  const query = await createQueryApp(t);
  await query.append(many(3));
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const read = () => query.app.inject({ url: '/v1/events', headers: { accept: 'application/x-ndjson' } });
  await read();
  const before = timers();
  for (let n = 0; n < 20; n++) await read();
  t.ok(timers() < before + 10, `${timers()} timers after twenty replays, ${before} before them`);
});

t.test('a replay reads one batch ahead of its client and no further', async (t) => {
  const query = await createQueryApp(t);
  await query.append(many(3_000));
  const views = createViewReader(query.database.pool, quietLogger);
  t.teardown(() => views.close());
  const reads = createReadContext({
    pool: query.database.pool,
    log: { ends: () => Promise.resolve([0, 0, 0, 0]) },
    views,
    stopping: new AbortController().signal,
  });
  await reads.run({ views: ['journal'], clocks: {}, waitMs: 0 }, async (read) => {
    let statements = 0;
    const counted: typeof read = {
      ...read,
      query(asked) {
        statements += 1;
        return read.query(asked);
      },
    };
    const { pool } = query.database;
    const countedPool = {
      connect: async () => {
        statements += 1;
        return await pool.connect();
      },
    };
    const range = { after: read.at.map(() => 0), until: read.at, dateMatch: undefined, limit: undefined };
    for (const filters of [{}, { kind: { negated: false, values: ['statement'] } }]) {
      statements = 0;
      const lines = replay(countedPool, counted, { filters, ...range });
      for (let pulled = 1; pulled <= 3; pulled += 1) {
        t.equal((await lines.next()).done, false);
        t.equal(statements, pulled + 1);
      }
      await lines.return(undefined);
      t.equal(statements, 4);
    }
  });
});

t.test(
  'a generation promoted between two requests is what the second one reads, and the old one may be gone',
  async (t) => {
    const query = await createQueryApp(t);
    await query.append([statement('a', { title: 'first' })]);
    const before = await query.get('/v1/timeline');
    await promoteCopy(query, 1, 2);
    const after = await query.get('/v1/timeline');
    t.equal(after.status, 200, after.text);
    t.equal(after.text, before.text);
    await query.database.pool.query(`update timeline_g2.versions set title = 'rebuilt'`);
    t.match((await query.get('/v1/timeline')).text, /rebuilt/);
    t.match((await query.get('/v1/claims/a')).text, /rebuilt/);
  },
);

t.test('before any projector has run, reads say that the view is behind and admin lists no views', async (t) => {
  const query = await createQueryApp(t, { empty: true });
  for (const path of ['/v1/timeline', '/v1/events', '/v1/claims/a', '/v1/measures', '/v1/codelists']) {
    const answer = await query.get(path);
    t.equal(answer.status, 503, path);
    t.equal(answer.at('/code'), 'view-behind');
    t.ok(answer.headers['retry-after']);
  }
  t.strictSame((await query.get('/v1/admin/views')).json, { items: [], page: { next: null, prev: null } });
  t.equal((await query.get('/v1/admin/parked')).at('/items/length'), 0);
});

/** A copy of the timeline's generation goes live, and the old one is dropped. */
async function promoteCopy({ database }: QueryApp, from: number, to: number): Promise<void> {
  await withTransaction(database.pool, async (client) => {
    await client.query(`create schema timeline_g${to}`);
    await client.query(bindSchema(timelineView.tables, 'timeline', `timeline_g${to}`));
    for (const table of ['versions', 'relation_facts', 'status_changes']) {
      await client.query(`insert into timeline_g${to}.${table} select * from timeline_g${from}.${table}`);
    }
    await client.query(
      `insert into projection.generations (view, generation, version, state) values ('timeline', $1, 1, 'live')`,
      [to],
    );
    await client.query(
      `insert into projection.checkpoints (view, generation, partition, log_id, next_offset, last_recorded_at)
       select view, $2, partition, log_id, next_offset, last_recorded_at
       from projection.checkpoints where view = 'timeline' and generation = $1`,
      [from, to],
    );
    await client.query(`update projection.views set live = $1 where view = 'timeline'`, [to]);
    await client.query(`drop schema timeline_g${from} cascade`);
  });
}
