/** What two subscribers got from the beginning of a trial to its end, beside what was acknowledged and what is listed. */
import type { Findings } from './findings.ts';
import type { SteadyStream } from './steady-stream.ts';
import type { SteadyWriter } from './steady-writer.ts';
import { pause } from './trial-system.ts';

const ARRIVED_MS = 60_000;

type Streams = {
  readonly baseUrl: string;
  readonly writer: SteadyWriter;
  readonly events: SteadyStream;
  readonly changes: SteadyStream;
  /** Of changes. */
  readonly filter: string;
  readonly after: string;
  readonly findings: Findings;
};

export async function compareStreams(streams: Streams): Promise<void> {
  const { baseUrl, writer, events, changes, filter, after, findings } = streams;
  const deadline = performance.now() + ARRIVED_MS;
  const lacking = () => [...writer.acknowledged.difference(new Set(events.received))];
  while (events.received.length < writer.acknowledged.size && performance.now() < deadline) await pause(100);
  for (const key of lacking()) findings.wrong('stream', `events lacks ${key}`);
  findings.count('events on the stream', events.received.length);

  const listed: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const response = await fetch(`${baseUrl}/v1/changes?${filter}&limit=1000&after=${after}${page}`);
    const text = await response.text();
    if (response.status !== 200) return findings.wrong('failed read', `listed changes: ${response.status} ${text}`);
    const { items, page: pages } = JSON.parse(text) as {
      items: { event: { source: string; id: string } }[];
      page: { next: string | null };
    };
    listed.push(...items.map(({ event: { source, id } }) => `${source} ${id}`));
    cursor = pages.next;
  }
  while (changes.received.length < listed.length && performance.now() < deadline) await pause(100);
  const [due, got] = [new Set(listed), new Set(changes.received)];
  for (const key of due.difference(got)) findings.wrong('stream', `changes lacks ${key}`);
  for (const key of got.difference(due)) findings.wrong('stream', `changes has ${key}, which is no change`);
  findings.count('changes on the stream', changes.received.length);
}
