/**
 * A projector of its own process that freezes itself in the middle of its work, as a machine in trouble would freeze it:
 * it has read an event titled `freeze` and not yet begun its transaction, or is about to commit one with an event titled
 * `freeze inside`. It says what it holds, and once woken what it counted. Argument: the database's URL.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createPool } from '@ledgerline/database';
import { createPostgresLog } from '@ledgerline/log';
import { quietLogger } from '@ledgerline/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createProjection } from '../src/index.ts';
import { afterWriting } from './after-writing.ts';
import { createPlainView } from './plain-view.ts';

const [connection = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const pool = createPool({ connection, applicationName: 'freezing' }, quietLogger);
const log = createPostgresLog({ pool, logger: quietLogger });
const registry = new Registry();
let frozen = false;
const freeze = () => {
  if (!frozen) process.kill(process.pid, 'SIGSTOP');
  frozen = true;
};
/** That a batch to be frozen before its transaction was read: it freezes when it asks for a connection. */
let isDue = false;
const connect = pool.connect.bind(pool);
Object.assign(pool, {
  connect(...given: Parameters<typeof connect>) {
    if (isDue) freeze();
    return connect(...given);
  },
});
const plainView = createPlainView();

const projection = createProjection({
  view: {
    ...plainView,
    prepare: afterWriting(plainView, (_, { events }) => {
      if (JSON.stringify(events).includes('"freeze inside"')) freeze();
    }),
  },
  log: {
    ...log,
    subscribe: async ({ handle, ...options }) =>
      await log.subscribe({
        ...options,
        async handle(batch, signal) {
          isDue = batch.records.some(({ value }) => value.includes('"freeze"'));
          await handle(batch, signal);
        },
      }),
  },
  pool,
  logger: pino({ level: 'silent' }),
  registry,
});
projection.start();
for (let told = ''; ; await delay(20)) {
  const fenced = /fenced_total\{view="journal"\} (\d+)/.exec(await registry.metrics())?.[1] ?? '0';
  const line = `owns ${projection.state().assigned.join(' ')}; fenced ${fenced};`;
  if (line !== told) say(line);
  told = line;
}
