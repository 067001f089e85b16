/**
 * Rebuilds of the timeline in a projector that serves, beside the straight-line limit over the same topic, and beside a peer
 * that is given the limit's rows. What counts is the way from the first event to a generation with its indexes that has caught
 * up; proving it is told besides.
 */
import { createPool } from '@ledgerline/database';
import { readJobs, requestRebuild } from '@ledgerline/projection';
import { type Sink, startDebezium } from './peers/debezium.ts';
import { fillRows } from './peers/fill-rows.ts';
import { fillTopic, projected } from './projectors.ts';
import { report, type Sample, tell } from './report.ts';
import { baseUrl, quietLogger, type Rig, residentMiB, startChild, until } from './rig.ts';

export async function benchRebuild(rig: Rig, options: { rounds: number; events: number }): Promise<void> {
  const topic = await rig.freshTopic();
  const records = await fillTopic(rig, topic, options.events);
  const database = await rig.freshDatabase();
  const child = await startChild('services/projector-timeline/src/main.ts', {
    KAFKA_BROKERS: rig.brokers,
    KAFKA_TOPIC: topic,
    DATABASE_URL: database,
  });
  const url = await baseUrl(child);
  const pool = createPool({ connection: database, applicationName: 'bench', max: 2 }, quietLogger);
  await child.line(/the projection runs/);
  await until(async () => (await projected(pool, 'timeline')) >= records, 600_000, 'the timeline');
  const sink = await startDebezium(rig);
  const samples: Sample[] = [];
  try {
    const measurePeer = sink && (await warmUp(rig, sink, topic, records));
    for (let round = 0; round < options.rounds; round += 1) {
      samples.push(tell(await measureLimit(rig, topic)));
      samples.push(tell(await measureRebuild(pool, url, records)));
      if (measurePeer !== null) samples.push(tell(await measurePeer()));
    }
  } finally {
    await sink?.stop();
  }
  await pool.end();
  await child.stop();
  report(`rebuild of the timeline, ${records} records`, samples);
}

/** Once unmeasured, as the projector has projected everything before. */
async function warmUp(rig: Rig, sink: Sink, topic: string, records: number): Promise<() => Promise<Sample>> {
  const rowTopic = `${topic}.rows`;
  const rows = await fillRows(rig, topic, rowTopic);
  const measure = async () => await sink.measure(rowTopic, rows, records);
  await measure();
  return measure;
}

async function measureLimit(rig: Rig, topic: string): Promise<Sample> {
  const child = await startChild('bench/limits/copy-and-index.ts', {
    KAFKA_BROKERS: rig.brokers,
    TOPIC: topic,
    DATABASE_URL: await rig.freshDatabase(),
  });
  const { events, seconds } = JSON.parse(await child.line(/^\{"events/, 600_000)) as {
    events: number;
    seconds: number;
  };
  await child.stop();
  return { name: 'consume, COPY, build indexes', eventsPerSecond: events / seconds };
}

async function measureRebuild(pool: ReturnType<typeof createPool>, url: string, records: number): Promise<Sample> {
  const asked = await requestRebuild(pool, { view: 'timeline', promote: 'auto', dryRun: false, filter: null });
  const since = new Map<string, number>();
  let thirdMiB = 0;
  await until(
    async () => {
      const [job] = await readJobs(pool, { id: asked.id ?? 0 });
      if (job === undefined) throw new Error('no rebuild');
      if (!since.has(job.phase)) since.set(job.phase, performance.now());
      if (thirdMiB === 0 && job.events.done > records / 3) thirdMiB = await residentMiB(url);
      if (job.finishedAt !== null && job.state !== 'promoted')
        throw new Error(`the rebuild ${job.state}: ${job.reason}`);
      return job.state === 'promoted';
    },
    900_000,
    'the rebuild',
  );
  const at = (phase: string) => since.get(phase) ?? Number.NaN;
  const seconds = (at('checking') - at('filling')) / 1_000;
  const parts = [
    `filling ${((at('indexing') - at('filling')) / 1_000).toFixed(1)} s`,
    // Catching up is over too soon to be seen.
    `indexes ${((at('checking') - at('indexing')) / 1_000).toFixed(1)} s`,
    `proof ${((at('done') - at('checking')) / 1_000).toFixed(1)} s`,
    `RSS ${thirdMiB} MiB after a third, ${await residentMiB(url)} MiB at the end`,
  ];
  return { name: 'rebuild', eventsPerSecond: records / seconds, note: parts.join(', ') };
}
