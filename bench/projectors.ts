/** Each projector, from an empty database over the same topic, beside the raw-JSON upsert of the same records. */
import { createPool } from '@ledgerline/database';
import { ledgerSubjectRule } from '@ledgerline/ingest';
import { createKafkaLog } from '@ledgerline/log';
import { generateEvents } from '@ledgerline/testkit';
import { toRecord } from './records.ts';
import { report, type Sample, tell } from './report.ts';
import { baseUrl, quietLogger, type Rig, startChild, until } from './rig.ts';
import { followTenths } from './tenths.ts';

const views = ['journal', 'timeline', 'statistics'] as const;
const recordsPerAppend = 1_000;

export async function benchProjectors(rig: Rig, options: { rounds: number; events: number }): Promise<void> {
  const topic = await rig.freshTopic();
  const records = await fillTopic(rig, topic, options.events);
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    samples.push(tell(await measureLimit(rig, topic, records)));
    for (const view of views) samples.push(tell(await measureProjector(rig, topic, view, records)));
  }
  report(`projectors, ${options.events} events from an empty database`, samples);
}

/** The records in the topic, the log's own first one included. */
export async function fillTopic(rig: Rig, topic: string, count: number): Promise<number> {
  const pool = createPool({ connection: await rig.freshDatabase(), applicationName: 'bench' }, quietLogger);
  const kafka = { brokers: rig.brokers.split(','), topic, clientId: 'bench', ssl: false };
  const log = createKafkaLog({ kafka, pool, logger: quietLogger, writer: { rule: ledgerSubjectRule } });
  const mix = { corrections: 0.1, links: 0.05, statusChanges: 0.03, retractions: 0.01 };
  const startedAt = performance.now();
  let waiting = [];
  for (const event of generateEvents({ count, ...mix })) {
    waiting.push(toRecord(event));
    if (waiting.length < recordsPerAppend) continue;
    await log.append(waiting, { atomic: true, deadlineMs: 30_000 });
    waiting = [];
  }
  await log.append(waiting, { atomic: true, deadlineMs: 30_000 });
  const total = (await log.ends()).reduce((sum, end) => sum + end, 0);
  await log.close();
  await pool.end();
  console.log(`${total} records in the topic after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return total;
}

async function measureLimit(rig: Rig, topic: string, records: number): Promise<Sample> {
  const child = await startChild('bench/limits/raw-json-upsert.ts', {
    KAFKA_BROKERS: rig.brokers,
    TOPIC: topic,
    DATABASE_URL: await rig.freshDatabase(),
    EVENTS: String(records),
  });
  const { events, seconds } = JSON.parse(await child.line(/^\{/)) as { events: number; seconds: number };
  await child.stop();
  return { name: 'raw-JSON upsert', eventsPerSecond: events / seconds };
}

async function measureProjector(rig: Rig, topic: string, view: string, records: number): Promise<Sample> {
  const database = await rig.freshDatabase();
  const child = await startChild(`services/projector-${view}/src/main.ts`, {
    KAFKA_BROKERS: rig.brokers,
    KAFKA_TOPIC: topic,
    DATABASE_URL: database,
  });
  const url = await baseUrl(child);
  await child.line(/the projection runs/);
  const pool = createPool({ connection: database, applicationName: 'bench', max: 1 }, quietLogger);
  const tenths = followTenths(view, url, records);
  // The limit's clock runs from its first batch on; joining the group is no part of either.
  const first = { held: 0, at: 0 };
  await until(
    async () => {
      const held = await projected(pool, view);
      if (first.held === 0) Object.assign(first, { held, at: performance.now() });
      await tenths.reached(held);
      return held >= records;
    },
    900_000,
    `the ${view}`,
  );
  const seconds = (performance.now() - first.at) / 1_000;
  await pool.end();
  await child.stop();
  return { name: view, eventsPerSecond: (records - first.held) / seconds, note: tenths.note() };
}

/** Records that the view's checkpoints are past. */
export async function projected(pool: ReturnType<typeof createPool>, view: string): Promise<number> {
  const { rows } = await pool.query<{ held: number }>(
    'select coalesce(sum(next_offset), 0)::bigint as held from projection.checkpoints where view = $1',
    [view],
  );
  return rows[0]?.held ?? 0;
}
