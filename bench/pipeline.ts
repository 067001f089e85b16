/** Everything at once: batches through ingest into all three views, until the last row is there. */
import { createPool } from '@ledgerline/database';
import { load } from './load.ts';
import { projected } from './projectors.ts';
import { report, type Sample, tell } from './report.ts';
import { baseUrl, quietLogger, type Rig, ready, residentMiB, startChild, until } from './rig.ts';

const batch = { size: 100, connections: 8 };
const projectors = ['journal', 'timeline', 'statistics'];

export async function benchPipeline(rig: Rig, options: { rounds: number; events: number }): Promise<void> {
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    samples.push(tell(await measureLimit(rig, options.events)));
    samples.push(tell(await measureAll(rig, options.events)));
  }
  report(`ingest to views, ${options.events} events in batches of 100`, samples);
}

async function measureLimit(rig: Rig, events: number): Promise<Sample> {
  const topic = await rig.freshTopic();
  const producer = await startChild('bench/limits/coalescing-producer.ts', {
    KAFKA_BROKERS: rig.brokers,
    TOPIC: topic,
  });
  const upsert = await startChild('bench/limits/raw-json-upsert.ts', {
    KAFKA_BROKERS: rig.brokers,
    TOPIC: topic,
    DATABASE_URL: await rig.freshDatabase(),
    EVENTS: String(events + 1),
  });
  const url = await baseUrl(producer);
  await upsert.line(/ready/);
  const startedAt = performance.now();
  await load(url, { ...batch, requests: events / batch.size });
  await upsert.line(/^\{/, 300_000);
  const seconds = (performance.now() - startedAt) / 1_000;
  await producer.stop();
  return { name: 'bare producer and one raw-JSON upsert', eventsPerSecond: events / seconds };
}

async function measureAll(rig: Rig, events: number): Promise<Sample> {
  const database = await rig.freshDatabase();
  const env = { KAFKA_BROKERS: rig.brokers, KAFKA_TOPIC: await rig.freshTopic(), DATABASE_URL: database };
  const names = ['ingest', ...projectors.map((view) => `projector-${view}`)];
  const services = [];
  for (const name of names) {
    const child = await startChild(`services/${name}/src/main.ts`, env);
    services.push({ name, child, url: await baseUrl(child) });
  }
  for (const { url } of services) await ready(url);
  const pool = createPool({ connection: database, applicationName: 'bench', max: 1 }, quietLogger);
  const held = async () => Math.min(...(await Promise.all(projectors.map((view) => projected(pool, view)))));
  const startedAt = performance.now();
  const { failed } = await load(services[0]?.url ?? '', { ...batch, requests: events / batch.size });
  await until(async () => (await held()) >= events, 300_000, 'the views');
  const seconds = (performance.now() - startedAt) / 1_000;
  const memory = await Promise.all(services.map(async ({ name, url }) => `${name} ${await residentMiB(url)} MiB`));
  await pool.end();
  await Promise.all(services.map(({ child }) => child.stop()));
  const name = 'ledgerline, all services and views';
  return { name, eventsPerSecond: events / seconds, note: `${failed} failed; ${memory.join(', ')}` };
}
