/** Features of `append` under bad conditions: deadlines, full queues, closing. */
import type { Pool, PoolClient } from 'pg';
import { test } from 'tap';
import { type LogFault, LogFault as LogFaultClass } from '../../src/port.ts';
import { type Contract, idOf, patient, readAll, records, tally } from './contract.ts';
import { record } from './test-events.ts';

export async function limitsFeatures({ adapter, create }: Contract): Promise<void> {
  await test(`${adapter}: a call that can't be served by its deadline is told so, and the log goes on right`, async (t) => {
    const under = await create(t);
    const log = under.open();
    await log.append([record({ id: 'before', subject: 's' })], patient);
    const unlock = await lockAllLanes(under.database.pool);
    const started = performance.now();
    const fault = await faultOf(log.append([record({ id: 'late', subject: 's' })], { atomic: true, deadlineMs: 300 }));
    t.match(fault, { code: 'log-unavailable', retryable: true });
    const took = performance.now() - started;
    t.ok(took >= 290 && took < 1_500, `after ${took} ms`);
    await unlock();
    t.same(tally(await log.append([record({ id: 'after', subject: 's' })], patient)), { appended: 1 });
    t.same((await readAll(log)).map(idOf), ['before', 'after'], 'what was given up before it was begun is not stored');
  });

  await test(`${adapter}: what is too much to wait for is refused at once, and what waits is served`, async (t) => {
    const under = await create(t);
    const log = under.open({ limits: { maxQueuedRecords: 5 } });
    await log.append([record()], patient);
    const unlock = await lockAllLanes(under.database.pool);
    // The first two are taken up and wait for the lanes; the others queue behind them.
    const calls = [];
    for (const one of records(30, 'q')) {
      calls.push(log.append([one], patient).then(tally, (error: unknown) => error));
      await turn();
    }
    const refused = await Promise.race([Promise.all(calls.slice(-10)), turns(2_000)]);
    t.ok(
      refused.every((one) => one instanceof LogFaultClass && one.retryable),
      'refused while the others still wait',
    );
    await unlock();
    const settled = await Promise.all(calls);
    const appended = settled.filter((one) => !(one instanceof Error)).length;
    t.ok(appended >= 5 && appended < 30, `${appended} were served`);
    t.equal((await readAll(log)).length, appended + 1);
  });

  await test(`${adapter}: close waits for the appends under way, and nothing is taken afterwards`, async (t) => {
    const under = await create(t);
    const log = under.open();
    await log.append([record()], patient);
    const calls = records(60, 'c').map(async (one) => await log.append([one], patient));
    await turn();
    await log.close();
    t.same(tally((await Promise.all(calls)).flat()), { appended: 60 });
    t.match(await faultOf(log.append([record()], patient)), { code: 'log-unavailable' });
    t.equal((await readAll(under.open())).length, 61);
  });

  await test(`${adapter}: a log that was opened to read creates nothing and takes nothing`, async (t) => {
    const under = await create(t, { created: false });
    const reader = under.open({ readOnly: true });
    t.match(await faultOf(reader.describe()), { code: 'log-unavailable', retryable: true });
    t.match(await faultOf(reader.ping()), { retryable: true });
    t.match(await faultOf(reader.append([record()], patient)), { retryable: false });
    const { rows } = await under.database.pool.query("select 1 from pg_namespace where nspname = 'log'");
    t.same(rows, [], 'no tables were made');
  });

  await test(`${adapter}: an empty call has no outcomes`, async (t) => {
    const log = (await create(t)).open();
    t.same(await log.append([], patient), []);
  });
}

export async function faultOf(call: Promise<unknown>): Promise<LogFault> {
  try {
    await call;
  } catch (error) {
    if (error instanceof LogFaultClass) return error;
    throw error;
  }
  throw new Error('no fault');
}

/** Another process that hangs with all lanes in its hands. */
async function lockAllLanes(pool: Pool): Promise<() => Promise<void>> {
  const client: PoolClient = await pool.connect();
  await client.query('begin; select 1 from log.lanes for update');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function turns(ms: number): Promise<unknown[]> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  return [];
}
