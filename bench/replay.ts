/** A replay of a whole log as NDJSON beside PostgreSQL's own COPY of as many bytes, both through fastify. */
import { get } from 'node:http';
import { fillJournal } from './fill-journal.ts';
import { report, type Sample } from './report.ts';
import { baseUrl, type Rig, residentMiB, startChild } from './rig.ts';

const events = 200_000;

export async function benchReplay(rig: Rig, options: { rounds: number }): Promise<void> {
  const env = { DATABASE_URL: await rig.freshDatabase() };
  await fillJournal(env.DATABASE_URL, events);
  const copy = await startChild('bench/limits/copy-events.ts', env);
  const query = await startChild('services/query/src/main.ts', env);
  const [copyUrl, queryUrl] = [await baseUrl(copy), await baseUrl(query)];
  const samples: Sample[] = [];
  // One round before, so that neither reads from the disk.
  for (let round = -1; round < options.rounds; round += 1) {
    const limit = await download('COPY through fastify', copyUrl);
    const ours = await download('ledgerline, GET /v1/events as NDJSON', `${queryUrl}/v1/events`);
    if (round >= 0) samples.push(limit, { ...ours, note: `${ours.note}, RSS ${await residentMiB(queryUrl)} MiB` });
  }
  await Promise.all([copy.stop(), query.stop()]);
  report(`replay of ${events} events`, samples);
}

async function download(name: string, url: string): Promise<Sample & { note: string }> {
  const startedAt = performance.now();
  const bytes = await new Promise<number>((resolve, reject) => {
    get(url, { agent: false, headers: { accept: 'application/x-ndjson' } }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => (length += chunk.length));
      response.once('end', () => resolve(length));
      response.once('error', reject);
    }).once('error', reject);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  return { name, eventsPerSecond: events / seconds, note: `${Math.round(bytes / 1_048_576 / seconds)} MiB/s` };
}
