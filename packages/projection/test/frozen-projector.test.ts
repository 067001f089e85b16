/** A projector frozen for longer than its session, and copies started by mistake: nobody fights, nothing is written twice. */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freshDatabase, startProcess, startService } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import tap from 'tap';
import { createProjection } from '../src/index.ts';
import { correction, crossing, crossingData } from './claim-events.ts';
import { appendAll, embeddedLog } from './embedded.ts';
import { createPlainView } from './plain-view.ts';
import { until } from './until.ts';

const script = fileURLToPath(new URL('./freezing-projector.ts', import.meta.url));
const appliedIn = async (pool: Pool, table = 'applied') =>
  (await pool.query<{ rows: number }>(`select count(*)::int as rows from journal_g1.${table}`)).rows[0]?.rows;
const epochsIn = async (pool: Pool) =>
  (await pool.query<{ epoch: number }>('select epoch from projection.checkpoints order by partition')).rows.map(
    ({ epoch }) => epoch,
  );
const isStopped = async (pid: number) =>
  / T \d/.test((await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/.*\)/, ''));

/** Mostly they wait for a session to end. */
tap.jobs = 3;
const sideBySide = () => ({ timeout: 120_000, buffered: true });

tap.test(
  'a frozen projector that wakes after another took over changes nothing and is counted',
  sideBySide,
  async (t) => {
    const { url, pool } = await freshDatabase(t);
    const log = embeddedLog(t, pool, 2);
    await appendAll(log, [crossing({ subject: 's0' })]);
    const child = await startProcess(t, { name: 'projector', args: [script, url] });
    await child.output.waitFor(/owns 0 1;/);
    await until(async () => (await appliedIn(pool)) === 1);
    await appendAll(log, [
      crossing({ subject: 'x' }, { title: 'freeze' }),
      correction({ subject: 'x' }, crossingData()),
    ]);
    await until(async () => await isStopped(child.pid));

    const registry = new Registry();
    const logger = pino({ level: 'silent' });
    const projection = createProjection({ view: createPlainView(), log, pool, logger, registry });
    t.teardown(() => projection.stop());
    projection.start();
    await until(async () => (await appliedIn(pool)) === 3, 40_000);
    t.same(projection.state().assigned, [0, 1], 'another has taken over');
    const before = await epochsIn(pool);
    const rows = await pool.query('select xmin::text, * from journal_g1.applied order by partition, "offset"');

    child.signal('SIGCONT');
    await child.output.waitFor(/fenced [1-9]/);
    t.same(
      (await pool.query('select xmin::text, * from journal_g1.applied order by partition, "offset"')).rows,
      rows.rows,
      'not a row was written again',
    );
    const raised = async () =>
      (await epochsIn(pool)).reduce((sum, epoch, partition) => sum + epoch - (before[partition] ?? 0), 0);
    await until(async () => (await raised()) > 0);
    // What it gave back it announces a moment after another may have taken it.
    await until(async () => projection.state().assigned.length === 1);
    await appendAll(log, [crossing({ subject: 'y' }), crossing({ subject: 'z' })]);
    await until(async () => (await appliedIn(pool)) === 5);
    t.match(await registry.metrics(), /fenced_total\{view="journal"\} 0/, 'who took over was never disturbed');
    t.equal(await raised(), 1, 'one partition went back, once');
  },
);

tap.test(
  'one that is frozen with its transaction open holds up its successor no longer than its session',
  sideBySide,
  async (t) => {
    const { url, pool } = await freshDatabase(t);
    const log = embeddedLog(t, pool, 1);
    await appendAll(log, [crossing({ subject: 's0' })]);
    const child = await startProcess(t, { name: 'projector', args: [script, url] });
    await child.output.waitFor(/owns 0;/);
    await until(async () => (await appliedIn(pool)) === 1);
    await appendAll(log, [crossing({ subject: 'x' }, { title: 'freeze inside' })]);
    await until(async () => await isStopped(child.pid));
    const logger = pino({ level: 'silent' });
    const projection = createProjection({ view: createPlainView(), log, pool, logger, registry: new Registry() });
    t.teardown(() => projection.stop());
    projection.start();
    // PostgreSQL would end the transaction after a minute otherwise.
    await until(async () => (await appliedIn(pool)) === 2, 45_000);
    const rows = async () => (await pool.query('select xmin::text, * from journal_g1.applied order by "offset"')).rows;
    const before = await rows();
    child.signal('SIGCONT');
    await appendAll(log, [crossing({ subject: 'y' })]);
    await until(async () => (await appliedIn(pool)) === 3);
    t.same((await rows()).slice(0, 2), before, 'what it had under way is gone, and was applied once');
  },
);

tap.test(
  'two copies started by mistake share the partitions, and their epochs come to rest',
  sideBySide(),
  async (t) => {
    const { url, pool } = await freshDatabase(t);
    const log = embeddedLog(t, pool, 4);
    await appendAll(log, [crossing({ subject: 's' })]);
    const env = { DATABASE_URL: url };
    const copies = await Promise.all([1, 2].map(() => startService(t, 'projector-journal', env)));
    await Promise.all(copies.map((copy) => copy.ready()));
    const rest = { epochs: '', since: Date.now() };
    await until(async () => {
      const epochs = (await epochsIn(pool)).join();
      if (epochs !== rest.epochs) Object.assign(rest, { epochs, since: Date.now() });
      return Date.now() - rest.since > 3_000;
    });
    for (let n = 0; n < 40; n++) {
      await appendAll(log, [crossing({ subject: `n${n}` })]);
      await delay(50);
    }
    await until(async () => (await appliedIn(pool, 'events')) === 41);
    t.equal((await epochsIn(pool)).join(), rest.epochs, 'nobody took a partition from the other under load');
    for (const copy of copies) {
      const metrics = await (await fetch(`${copy.baseUrl}/metrics`)).text();
      t.match(metrics, /ledgerline_projection_fenced_total\{.*\} 0/);
      t.match(metrics, /ledgerline_projection_events_total\{.*\} [1-9]/, 'both work');
    }
  },
);
