/** A process frozen in the middle: others take over what it held, and when it wakes it does no harm. */

import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPool } from '@ledgerline/database';
import { freshDatabase, quietLogger, startProcess } from '@ledgerline/testkit';
import tap from 'tap';
import { createPostgresLog } from '../src/postgres/postgres-log.ts';
import { eventually, idOf, PARTITIONS, patient, readAll, records, tally } from './contract/contract.ts';
import { createConsumer } from './contract/test-consumer.ts';
import { testRule } from './contract/test-events.ts';

const script = fileURLToPath(new URL('./contract/member-process.ts', import.meta.url));

/** Mostly they wait for a session to end. */
tap.jobs = 3;
const sideBySide = () => ({ timeout: 120_000, buffered: true });

tap.test("a frozen member's partitions are taken over, and shared again when it wakes", sideBySide(), async (t) => {
  const { url, pool } = await freshDatabase(t);
  const log = createPostgresLog({ pool, logger: quietLogger, writer: { rule: testRule, partitions: PARTITIONS } });
  await log.append(records(20, 'f'), patient);
  const child = await startProcess(t, { name: 'member', args: [script, url, 'read'] });
  await child.output.waitFor(/owns 0 1 2 3;/);
  const subscription = await log.subscribe(createConsumer().options);
  await eventually('they share', () => subscription.assigned().length === 2);
  child.signal('SIGSTOP');
  await eventually('all are taken over', () => subscription.assigned().length === PARTITIONS, 40_000);
  const before = child.output.lines().length;
  child.signal('SIGCONT');
  await eventually('they share again', () => subscription.assigned().length === 2);
  await eventually('it says so', () => /owns \d \d;/.test(child.output.lines().slice(before).join(' ')));
  await child.kill();
  await eventually('a killed member is replaced at once', () => subscription.assigned().length === PARTITIONS, 10_000);
  t.same(subscription.assigned(), [0, 1, 2, 3]);
  await log.close();
});

tap.test('a member that wakes takes no partition that it has lost meanwhile', sideBySide(), async (t) => {
  const { url, pool } = await freshDatabase(t);
  const log = createPostgresLog({ pool, logger: quietLogger, writer: { rule: testRule, partitions: PARTITIONS } });
  await log.append(records(20, 'f'), patient);
  const child = await startProcess(t, { name: 'member', args: [script, url, 'stumble'] });
  await child.output.waitFor(/owns 0 1 2 3;/);
  const subscription = await log.subscribe(createConsumer().options);
  await eventually('all are taken over', () => subscription.assigned().length === PARTITIONS, 40_000);
  const before = child.output.lines().length;
  child.signal('SIGCONT');
  await eventually('it takes part again', () => /asks \d;/.test(child.output.lines().slice(before).join(' ')));
  t.equal(child.output.lines()[before], 'owns ;', 'it has noticed the loss before it asks for anything');
  await child.kill();
  await log.close();
});

tap.test(
  'writers get by a frozen one that holds the lanes; woken, it stores nothing twice',
  sideBySide(),
  async (t) => {
    const { url, connection } = await freshDatabase(t);
    const pool = createPool({ connection, applicationName: 'test' }, quietLogger);
    const log = createPostgresLog({ pool, logger: quietLogger, writer: { rule: testRule, partitions: PARTITIONS } });
    await log.append(records(1, 'first'), patient);
    const child = await startProcess(t, { name: 'writer', args: [script, url, 'write'] });
    await child.output.waitFor(/stored 20;/);
    let blocked = 0;
    for (let round = 0; round < 20 && blocked < 2; round++) {
      child.signal('SIGSTOP');
      const started = performance.now();
      const outcomes = await log.append(records(PARTITIONS * 4, `r-${round}`), { atomic: true, deadlineMs: 30_000 });
      t.same(tally(outcomes), { appended: PARTITIONS * 4 });
      const took = performance.now() - started;
      // Without the limit on idle transactions it would be refused at its deadline.
      t.ok(took < 20_000, `${took} ms`);
      if (took > 1_000) blocked += 1;
      child.signal('SIGCONT');
      await delay(37);
    }
    t.ok(blocked > 0, 'it was frozen with the lanes in its hands at least once');
    const said = child.output.lines().length;
    await eventually('it goes on', () => child.output.lines().length > said + 10);
    await child.kill();
    const stored = (await readAll(log)).map(idOf);
    t.equal(new Set(stored).size, stored.length, 'nothing twice');
    const acknowledged = child.output.lines().flatMap((line) => /stored (\d+);/.exec(line)?.[1] ?? []);
    const ids = new Set(stored);
    t.ok(
      acknowledged.every((n) => Array.from({ length: 8 }, (_, part) => `w-${n}-${part}`).every((id) => ids.has(id))),
    );
    await log.close();
    await pool.end();
  },
);
