/**
 * `deliver=changes`: whoever is told of a change and reads at once finds it, at any other query process too, and while
 * projectors die.
 */
import { type Change, type EventInput, Ledgerline, type Rebuilt } from '@ledgerline/client';
import { type Offsets, parsePositionToken } from '@ledgerline/log';
import { generateEvents } from '@ledgerline/testkit';
import t from 'tap';
import { type StreamedView, startStreamSystem } from './support/streams/stream-system.ts';
import { until } from './support/until.ts';

const COUNT = 600;
const mix = { corrections: 0.2, links: 0.1, statusChanges: 0.1, retractions: 0.05 };
const events = [...generateEvents({ count: COUNT, ...mix })] as unknown as EventInput[];

const system = await startStreamSystem(t, null);
const elsewhere = await system.anotherQuery();
const client = new Ledgerline({ url: system.queryUrl(), ingestUrl: system.ingestUrl });

const offsetsOf = (token: string | null): Offsets => {
  const parsed = parsePositionToken(token ?? '');
  if (parsed === null) throw new Error(`no position: ${token}`);
  return parsed.offsets.map((offset) => offset ?? 0);
};

/** '' where the other process shows the change, now and without waiting. */
async function lookFor({ subject, position, after }: Change | Rebuilt): Promise<string> {
  const claim = `${elsewhere}/v1/claims/${subject}`;
  const [now, pinned] = await Promise.all([
    fetch(claim),
    fetch(`${claim}?minPosition=${position}`, { headers: { prefer: 'wait=0' } }),
  ]);
  const { version } = (await now.json()) as { version?: number };
  await pinned.arrayBuffer();
  if (now.status !== 200 || pinned.status !== 200) return `${subject}: ${now.status}, ${pinned.status} by minPosition`;
  const held = offsetsOf(now.headers.get('ledgerline-position'));
  const told = offsetsOf(position);
  if (told.some((offset, partition) => (held[partition] ?? 0) < offset)) return `${subject}: the view is behind`;
  return (version ?? 0) >= (after?.version ?? 0) ? '' : `${subject}: version ${version}, not ${after?.version}`;
}

const stopping = new AbortController();
const told: (Change | Rebuilt)[] = [];
const looks: Promise<string>[] = [];
const reading = (async () => {
  for await (const change of client.subscribe({ deliver: 'changes', from: 'earliest', signal: stopping.signal })) {
    told.push(change);
    looks.push(lookFor(change));
  }
})().catch((error: unknown) => {
  if (!stopping.signal.aborted) throw error;
});
t.teardown(async () => {
  stopping.abort();
  await reading;
});

/** Appends a part of the events; where the log's end is then. */
async function write(part: number): Promise<string> {
  const { position } = await client.appendBatch(events.slice((part * COUNT) / 3, ((part + 1) * COUNT) / 3));
  return position ?? '';
}

const shownUpTo = async (position: string) =>
  await until('the changes are listed', async () => {
    const answer = await fetch(`${elsewhere}/v1/changes?limit=1000&minPosition=${position}`, {
      headers: { prefer: 'wait=10' },
    });
    if (answer.status !== 200) return undefined;
    return ((await answer.json()) as { items: Change[] }).items;
  });

const keyOf = ({ change, subject, event }: Change | Rebuilt) => `${change} ${subject} ${event?.id}`;

t.test('a read at another process shows what a stream has told', async (t) => {
  const listed = await shownUpTo(await write(0));
  await until('all is told', async () => (told.length >= listed.length ? true : await Promise.resolve(undefined)));
  t.strictSame(told.map(keyOf).toSorted(), listed.map(keyOf).toSorted());
  t.strictSame((await Promise.all(looks)).filter(Boolean), []);
});

for (const [part, view] of [
  [1, 'timeline'],
  [2, 'journal'],
] as const satisfies readonly (readonly [number, StreamedView])[]) {
  t.test(`without a projector of the ${view} nothing is told; with a new one all of it, and is shown`, async (t) => {
    const before = told.length;
    const startAgain = await system.takeProjector(view);
    const position = await write(part);
    const other = view === 'timeline' ? 'events' : 'timeline';
    await until('the other view holds it', async () => {
      const headers = { prefer: 'wait=10' };
      const { status } = await fetch(`${elsewhere}/v1/${other}?limit=1&minPosition=${position}`, { headers });
      return status === 200 ? true : undefined;
    });
    t.equal(told.length, before);
    await startAgain();
    const listed = await shownUpTo(position);
    t.ok(listed.length > before);
    await until('all is told', async () => (told.length >= listed.length ? true : await Promise.resolve(undefined)));
    t.strictSame(told.map(keyOf).toSorted(), listed.map(keyOf).toSorted());
    t.strictSame((await Promise.all(looks)).filter(Boolean), []);
  });
}
