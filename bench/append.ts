/** Ingest on Kafka beside a bare coalescing producer: single events at 64 connections, batches of 100 at 8. */
import { cpuTimes, perEvent } from './cpu-times.ts';
import { type Load, load } from './load.ts';
import { report, type Sample, tell } from './report.ts';
import { baseUrl, type Child, type Rig, ready, startChild } from './rig.ts';

type Shape = Load & { readonly seconds: number };

const shapes = [
  { title: 'append, single events, 64 connections', size: 1, connections: 64 },
  { title: 'append, batches of 100, 8 connections', size: 100, connections: 8 },
];

export async function benchAppend(rig: Rig, options: { rounds: number; seconds: number }): Promise<void> {
  for (const { title, ...shape } of shapes) {
    const samples: Sample[] = [];
    console.log(title);
    for (let round = 0; round < options.rounds; round += 1) {
      samples.push(tell(await measureLimit(rig, { ...shape, seconds: options.seconds })));
      samples.push(tell(await measureIngest(rig, { ...shape, seconds: options.seconds })));
    }
    report(title, samples);
  }
}

async function measureLimit(rig: Rig, shape: Shape): Promise<Sample> {
  const env = { KAFKA_BROKERS: rig.brokers, TOPIC: await rig.freshTopic() };
  const child = await startChild('bench/limits/coalescing-producer.ts', env);
  return { name: 'bare coalescing producer', ...(await warmedUp(child, shape)) };
}

async function measureIngest(rig: Rig, shape: Shape): Promise<Sample> {
  const child = await startChild('services/ingest/src/main.ts', {
    KAFKA_BROKERS: rig.brokers,
    KAFKA_TOPIC: await rig.freshTopic(),
    DATABASE_URL: await rig.freshDatabase(),
  });
  await ready(await baseUrl(child));
  return { name: 'ledgerline ingest', ...(await warmedUp(child, shape)) };
}

/** V8 compiles for as long, the more code there is the longer: before, neither runs as it will for hours. */
const warmUpSeconds = 8;

async function warmedUp(child: Child, shape: Shape): Promise<Omit<Sample, 'name'>> {
  const url = await baseUrl(child);
  await load(url, { ...shape, seconds: warmUpSeconds });
  const before = cpuTimes(child.pid);
  const { eventsPerSecond, p50, p99, failed } = await load(url, shape);
  const cpu = perEvent(before, cpuTimes(child.pid), eventsPerSecond * shape.seconds);
  await child.stop();
  return { eventsPerSecond, note: `p50 ${p50} ms, p99 ${p99} ms, ${failed} failed; ${cpu}` };
}
