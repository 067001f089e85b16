/**
 * A process of its own for tests that freeze one: a member of group `readers` that says what it owns, and a writer that
 * says what was acknowledged; or a member that freezes itself between a failure and the next try. Arguments: the
 * database's URL, and `read`, `write` or `stumble`.
 */
import { createPool } from '@ledgerline/database';
import { quietLogger } from '@ledgerline/testkit';
import { LogFault } from '../../src/port.ts';
import { createPostgresLog } from '../../src/postgres/postgres-log.ts';
import { PARTITIONS } from './contract.ts';
import { record, testRule } from './test-events.ts';

const [connection = '', role] = process.argv.slice(2);
const pool = createPool({ connection, applicationName: 'member' }, quietLogger);
const LONGER_THAN_A_PAUSE_MS = 1_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Freezes among timers that are due, just before that of the next try: woken, it goes on there, and not with news. They are
 * due together because nothing else is done until then.
 */
const freezeBeforeNextTry = () => {
  setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 5);
  setImmediate(() => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGER_THAN_A_PAUSE_MS));
};

const log = createPostgresLog({
  pool,
  // A failure is written down when the pause before the next try begins.
  logger: role === 'stumble' ? { ...quietLogger, warn: freezeBeforeNextTry } : quietLogger,
  writer: { rule: testRule, partitions: PARTITIONS },
});

if (role === 'stumble') {
  let stumbled = false;
  const asked = new Set<number>();
  const whole = Promise.withResolvers<void>();
  await log.subscribe({
    group: 'readers',
    maxRecords: 10,
    startOf: async (partition) => {
      say(`asks ${partition};`);
      asked.add(partition);
      if (asked.size === PARTITIONS) whole.resolve();
      return 0;
    },
    async handle() {
      // Frozen any earlier, it would not hold all that is to be taken over, or might have an answer still to be read.
      await whole.promise;
      if (stumbled) return;
      stumbled = true;
      throw new Error('not now');
    },
    onAssignment: (partitions) => say(`owns ${partitions.join(' ')};`),
  });
} else if (role === 'read') {
  await log.subscribe({
    group: 'readers',
    maxRecords: 10,
    startOf: async () => 0,
    handle: async () => undefined,
    onAssignment: (partitions) => say(`owns ${partitions.join(' ')};`),
  });
} else {
  for (let n = 0; ; n++) {
    const call = Array.from({ length: 8 }, (_, part) => record({ id: `w-${n}-${part}`, subject: `w-${part}` }));
    try {
      const outcomes = await log.append(call, { atomic: true, deadlineMs: 3_000 });
      if (outcomes.every(({ status }) => status === 'appended')) say(`stored ${n};`);
    } catch (error) {
      if (!(error instanceof LogFault)) throw error;
    }
  }
}
