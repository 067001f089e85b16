/**
 * Readers that ask on and on while views are rebuilt: that every read is answered, that none shows an older position than
 * the one before, that what was written is there, and that pinned answers stay the same bytes.
 */
import type { Findings } from './findings.ts';
import type { SteadyWriter } from './steady-writer.ts';
import { historySeed, pause } from './trial-system.ts';

export type SteadyReaders = { stop(): Promise<void> };

export type Pinned = ReadonlyMap<string, string>;

/** Of each view, and cheap at any size of the log: what is asked here is whether answers come and are right. */
const some = [1, 2, 30].map((serial) => `c-${historySeed}-${serial}`).join(',');
const PATHS = [
  '/v1/timeline?limit=20',
  '/v1/timeline?country=LT&limit=10',
  `/v1/statistics/counts?by=kind&state=all&subject=${some}`,
  '/v1/events?limit=20',
  '/v1/measures?limit=10',
  `/v1/timeline?subject=${some}&state=all`,
  `/v1/statistics/counts?by=country&state=all&subject=${some}`,
];
const PINNED_PATHS = [
  '/v1/timeline?limit=50&state=all',
  '/v1/timeline?country=LV&limit=50',
  `/v1/timeline?knownBy=2030-12-31&state=all&subject=${some}`,
  '/v1/events?limit=100',
  '/v1/changes?after=earliest&limit=30',
  '/v1/measures?limit=20',
  `/v1/statistics/counts?by=kind,country&state=all&subject=${some}`,
];
const TIMEOUT_MS = 60_000;
/** As long as a request may ask the service to wait. */
const WAIT_S = 30;

type Answer = { readonly status: number; readonly text: string; readonly position: string | null };

async function ask(baseUrl: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(`${baseUrl}${path}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  return { status: response.status, text, position: response.headers.get('ledgerline-position') };
}

/** Next offsets; null: not named. What is inside a position is described for testers. */
export function offsetsOf(position: string): readonly (number | null)[] {
  return (JSON.parse(Buffer.from(position, 'base64url').toString()) as [number, string, (number | null)[]])[2];
}

function covers(held: readonly (number | null)[], wanted: readonly (number | null)[]): boolean {
  return wanted.every((offset, partition) => offset === null || (held[partition] ?? 0) >= offset);
}

const pathOf = (url: string) => url.replace(/\?.*/, '');

/** Answers as of now, to be compared with later ones. */
export async function readPinned(baseUrl: string): Promise<Pinned> {
  const { position } = await askFirst(baseUrl, '/v1/timeline?limit=1');
  const texts = new Map<string, string>();
  for (const path of PINNED_PATHS) {
    const url = `${path}&asOf=${position}`;
    texts.set(url, (await askFirst(baseUrl, url)).text);
  }
  return texts;
}

/** Before anything is tried: whoever has just been filled may still be settling. */
async function askFirst(baseUrl: string, path: string): Promise<Answer> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await ask(baseUrl, path, { prefer: `wait=${WAIT_S}` });
    if (answer.status === 200) return answer;
    if (performance.now() > deadline) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    await pause(200);
  }
}

export function startSteadyReaders(
  baseUrl: string,
  writer: SteadyWriter,
  pinned: Pinned,
  findings: Findings,
): SteadyReaders {
  let stopped = false;
  const on = async (everyMs: number, look: () => Promise<void>): Promise<void> => {
    while (!stopped) {
      await look().catch((error: unknown) => findings.wrong('failed read', String(error)));
      await pause(everyMs);
    }
  };

  /** One after the other: what one reader is shown never goes back. */
  const reader = () => {
    const seen = new Map<string, readonly (number | null)[]>();
    return async (path: string) => await read(path, seen);
  };
  const read = async (path: string, seen: Map<string, readonly (number | null)[]>): Promise<void> => {
    const startedAt = performance.now();
    const { status, text, position } = await ask(baseUrl, path);
    findings.took(`read ${pathOf(path)}`, performance.now() - startedAt);
    if (status !== 200 || position === null) return findings.wrong('failed read', `${path}: ${status} ${text}`);
    const held = offsetsOf(position);
    if (!covers(held, seen.get(path) ?? []))
      findings.wrong('older position', `${path}: ${held} after ${seen.get(path)}`);
    seen.set(path, held);
    if ((JSON.parse(text) as { items: unknown[] }).items.length === 0)
      findings.wrong('failed read', `${path}: nothing`);
    findings.count('reads');
  };

  const readOwnWrite = async (): Promise<void> => {
    const written = writer.last();
    if (written === null) return;
    const { position, events } = written;
    const [event] = events;
    if (event === undefined) return;
    const { source, id, subject } = event;
    const paths = [
      `/v1/events/${encodeURIComponent(source)}/${id}`,
      `/v1/claims/${subject}`,
      `/v1/statistics/counts?by=kind&subject=${subject}&state=all`,
    ];
    await Promise.all(
      paths.map(async (path) => {
        const startedAt = performance.now();
        const url = `${path}${path.includes('?') ? '&' : '?'}minPosition=${position}`;
        const answer = await ask(baseUrl, url, { prefer: `wait=${WAIT_S}` });
        findings.took('read of a write', performance.now() - startedAt);
        if (answer.status === 503 && answer.text.includes('view-behind'))
          return findings.count('reads refused as behind');
        if (answer.status === 404) return findings.wrong('stale read', `${url}: ${answer.text}`);
        if (answer.status !== 200) return findings.wrong('failed read', `${url}: ${answer.status} ${answer.text}`);
        if (!covers(offsetsOf(answer.position ?? ''), offsetsOf(position)))
          findings.wrong('stale read', `${url}: older`);
        const isThere = path.includes('/counts') ? !answer.text.includes('"items":[]') : answer.text.includes(subject);
        if (!isThere) findings.wrong('stale read', `${url}: ${answer.text}`);
        findings.count('reads with minPosition');
      }),
    );
  };

  const compare = async (url: string): Promise<void> => {
    const startedAt = performance.now();
    const { status, text } = await ask(baseUrl, url);
    findings.took(`pinned ${pathOf(url)}`, performance.now() - startedAt);
    if (status !== 200) return findings.wrong('failed read', `${url}: ${status} ${text}`);
    if (text !== pinned.get(url)) findings.wrong('other bytes', url);
    findings.count('pinned reads');
  };

  const inTurn = <T>(list: readonly T[], look: (one: T) => Promise<void>) => {
    let at = 0;
    return async () => await look(list[at++ % list.length] as T);
  };
  const working = [
    on(100, inTurn(PATHS, reader())),
    on(100, inTurn(PATHS.toReversed(), reader())),
    on(200, readOwnWrite),
    on(1_000, inTurn([...pinned.keys()], compare)),
  ];
  return {
    async stop() {
      stopped = true;
      await Promise.all(working);
    },
  };
}
