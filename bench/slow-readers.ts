/**
 * What readers that take next to nothing cost the others: a thousand readers at 1,000 events/s, without any, beside one and
 * beside fifty that take 1 kB a second, until these have been dropped. One system and the same thousand readers throughout,
 * each time between stretches without slow ones, so that a figure is held against those around it.
 */
import { spawnSync } from 'node:child_process';
import { startPublishing } from './publish.ts';
import { report, type Sample, tell } from './report.ts';
import { pause, type Rig, startChild } from './rig.ts';
import { startStreamServices } from './stream-services.ts';

const readers = 1_000;
const rate = 1_000;
/** Until V8 has compiled what it will. */
const warmUpS = 15;
/** Kernels hold some megabytes for each; then it has its budget, and 10 s without taking anything. */
const dropWithinS = 30;

/** Part of the run; looks about once a second. Resolves with what is to be told of it. */
type Stretch = (look: () => Promise<Figures>) => Promise<string>;

type Counted = {
  readonly count: number;
  readonly delivered: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

export async function benchSlowReaders(rig: Rig, options: { rounds: number; seconds: number }): Promise<void> {
  if (spawnSync('python3', ['--version']).status !== 0) {
    console.log('\nNot measured: slow readers. They need python3.');
    return;
  }
  const system = await startStreamServices(rig);
  const env = { STREAM_URL: system.streamUrl };
  const client = await startChild('bench/limits/stream-readers.ts', { ...env, READERS: String(readers) });
  await client.line(/^ready/);
  const publishing = startPublishing(system.target, rate);
  await pause(warmUpS);
  let counts = 0;
  const counted = async (name: string, stretch: Stretch): Promise<Sample> => {
    process.kill(client.pid, 'SIGUSR2');
    counts += 1;
    const count = counts;
    const seen = await watch(system.queryUrl, stretch);
    // What comes between two stretches is counted too, and looked at by nobody.
    process.kill(client.pid, 'SIGUSR2');
    counts += 1;
    const { delivered, seconds, p50, p99, max } = JSON.parse(
      await client.line(new RegExp(`^\\{"count":${count},`)),
    ) as Counted;
    const ages = `p50 ${p50} ms, p99 ${p99} ms, oldest ${max} ms`;
    return tell({ name, eventsPerSecond: delivered / seconds, note: `${ages}, ${seen}` });
  };
  const without: Stretch = async (look) => {
    for (let second = 0; second < options.seconds; second += 1) {
      await pause(1);
      await look();
    }
    return '';
  };
  const beside = async (slow: number): Promise<Sample> => {
    const before = (await figuresOf(system.queryUrl)).dropped;
    // Starting them is work for the machine that has nothing to do with their being slow.
    const child = await startChild('bench/limits/slow-readers.py', { ...env, READERS: String(slow) });
    await child.line(/^ready/);
    const sample = await counted(`${slow} of 1 kB/s`, async (look) => {
      const startedAt = performance.now();
      const secondsSince = () => (performance.now() - startedAt) / 1_000;
      let dropped = 0;
      while (dropped < slow && secondsSince() < dropWithinS) {
        await pause(1);
        dropped = (await look()).dropped - before;
      }
      return `, ${dropped} of ${slow} dropped after ${secondsSince().toFixed(0)} s`;
    });
    await child.stop();
    return sample;
  };
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    for (const slow of [1, 50]) {
      samples.push(await counted('no slow reader', without));
      samples.push(await beside(slow));
    }
    samples.push(await counted('no slow reader', without));
  }
  const { sent, failed } = await publishing.stop();
  await client.stop();
  await system.stop();
  report(`slow readers beside ${readers} others, ${rate} events/s; ${failed} of ${sent} not sent`, samples);
}

/** The most there was at any look, as the service tells it. */
async function watch(url: string, stretch: Stretch): Promise<string> {
  let [waiting, lag, resident] = [0, 0, 0];
  // Its lag is that since it was asked for last.
  await figuresOf(url);
  const ending = await stretch(async () => {
    const figures = await figuresOf(url);
    waiting = Math.max(waiting, figures.waiting);
    lag = Math.max(lag, figures.lag);
    resident = Math.max(resident, figures.resident);
    return figures;
  });
  const mebibytes = (bytes: number) => Math.round(bytes / 1_048_576);
  const lagMs = Math.round(lag * 1_000);
  return `event loop late by ${lagMs} ms, RSS ${mebibytes(resident)} MiB, ${mebibytes(waiting)} MiB waiting${ending}`;
}

type Figures = {
  /** Streams ended because they took too little, so far. */
  readonly dropped: number;
  /** Bytes that wait for all clients. */
  readonly waiting: number;
  /** The greatest delay of the event loop, in seconds. */
  readonly lag: number;
  readonly resident: number;
};

async function figuresOf(url: string): Promise<Figures> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const figure = (name: string, label = '') => {
    const line = text.split('\n').find((one) => /^\w+/.exec(one)?.[0] === name && one.includes(label));
    return Number(line?.split(' ').at(-1) ?? 0);
  };
  return {
    dropped: figure('ledgerline_streams_ended_total', 'reason="slow-consumer"'),
    waiting: figure('ledgerline_stream_pending_bytes'),
    lag: figure('nodejs_eventloop_lag_max_seconds'),
    resident: figure('process_resident_memory_bytes'),
  };
}
