/**
 * A thousand readers of one stream at 100 and at 1,000 events/s: delivered messages/s and how old they are on arrival, beside
 * a bare writer of the same bytes, and beside the Mercure hub where Go can build it. Ours are stored and projected on the
 * way: age counts from before the request that appends them.
 */
import { readFile } from 'node:fs/promises';
import { startMercure } from './peers/mercure.ts';
import { startPublishing } from './publish.ts';
import { report, type Sample } from './report.ts';
import { baseUrl, pause, type Rig, startChild } from './rig.ts';
import { type Streaming, startStreamServices } from './stream-services.ts';
import { bareFrame } from './stream-targets.ts';

const readers = 1_000;
const rates = [100, 1_000];
const warmUpS = 2;

export async function benchStreams(rig: Rig, options: { rounds: number; seconds: number }): Promise<void> {
  const mercure = await startMercure();
  await mercure?.stop();
  for (const rate of rates) {
    const samples: Sample[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      samples.push(await measure('bare writer of shared buffers', await startBareWriter(), rate, options.seconds));
      samples.push(await measure('ledgerline, POST to stream', await startStreamServices(rig), rate, options.seconds));
      const hub = mercure === null ? null : await startMercure();
      if (hub !== null) samples.push(await measure('Mercure hub 0.20.1', hub, rate, options.seconds));
    }
    report(`streams: delivered to ${readers} readers, ${rate} events/s`, samples);
  }
}

async function measure(name: string, started: Streaming, rate: number, seconds: number): Promise<Sample> {
  const env = { STREAM_URL: started.streamUrl, READERS: String(readers) };
  const client = await startChild('bench/limits/stream-readers.ts', env);
  await client.line(/^ready/);
  const publishing = startPublishing(started.target, rate);
  await pause(warmUpS);
  process.kill(client.pid, 'SIGUSR2');
  await pause(seconds);
  await client.stop();
  const { sent, failed } = await publishing.stop();
  const memory = await residentMiB(started.pid);
  await started.stop();
  const result = JSON.parse(await client.line(/^\{/)) as {
    delivered: number;
    seconds: number;
    p50: number;
    p99: number;
  };
  const { delivered, p50, p99 } = result;
  const unsent = failed > 0 ? `, ${failed} of ${sent} not sent` : '';
  return {
    name,
    eventsPerSecond: delivered / result.seconds,
    note: `p50 ${p50} ms, p99 ${p99} ms, RSS ${memory} MiB${unsent}`,
  };
}

async function startBareWriter(): Promise<Streaming> {
  const child = await startChild('bench/limits/shared-buffer-writer.ts', {});
  const url = await baseUrl(child);
  const target = { url, contentType: 'text/plain', toBody: (count: number) => repeat(count, bareFrame) };
  return { streamUrl: `${url}/`, target, pid: child.pid, stop: () => child.stop() };
}

function repeat(count: number, make: () => string): string {
  return Array.from({ length: count }, make).join('');
}

/** NaN where there is no /proc. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024);
}
