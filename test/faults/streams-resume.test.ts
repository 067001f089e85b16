/**
 * Promise 7: fifty subscribers with different filters, cut at random while events are written and services die, each get
 * exactly the filtered log: nothing missing, nothing twice, in order.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { generateEvents, type KafkaBroker, startKafka, startTcpProxy, type Teardown } from '@ledgerline/testkit';
import t from 'tap';
import { notRun } from '../support/not-run.ts';
import { subscribeInBrowser } from '../support/streams/browser-subscribers.ts';
import { holdsAll, listed } from '../support/streams/listed.ts';
import { subscribeWithPython } from '../support/streams/python-subscribers.ts';
import { differenceOf, type Lanes, toLanes } from '../support/streams/received.ts';
import { type StreamSystem, startStreamSystem } from '../support/streams/stream-system.ts';
import {
  type Subscriber,
  subscribeRaw,
  subscribeWithClient,
  subscribeWithEventSource,
} from '../support/streams/subscriber.ts';
import { until } from '../support/until.ts';

const BATCH = 200;
const CUT_EVERY_MS = 1_000;
/** So that writing takes long enough to be cut into many times. */
const BATCH_EVERY_MS = 100;
const ARRIVAL_MS = 120_000;
/** Looking costs. */
const LOOK_EVERY_MS = 250;

const filters = [
  '',
  'kind=border-crossing',
  'kind=!border-crossing',
  'kind=measure&country=LT',
  'type=claim.corrected.v1',
  'country=LV,EE',
  'border=BY-PL',
  'publisher=dpa',
  'stance=condemns,denies',
  'measureKind=barrier',
  'outcome=present',
  'tag=drone',
  'hasFigure=false&state=current',
  'from=2021-03&to=2021-06',
  'q=drone -fence',
  'subject=c-1-1,c-1-2,c-1-3',
  'deliver=changes&kind=measure',
  'deliver=changes&tag=river',
];

/** What a subscriber is told to ask, and the way that it goes: its own, to the query service wherever that is. */
type Place = { readonly baseUrl: string; readonly path: string; cut(): void };

/** null where the machine can't run them. */
type Subscribe = (t: Teardown, places: readonly Place[]) => Promise<Subscriber[] | null>;

/** How many of each kind; filters are dealt out in turn over all of them. */
type Kind = { readonly name: string; readonly count: number; readonly subscribe: Subscribe };

const oneByOne =
  (subscribe: (baseUrl: string, path: string) => Subscriber): Subscribe =>
  async (_t, places) =>
    await Promise.resolve(places.map(({ baseUrl, path }) => subscribe(baseUrl, path)));

const fifty: readonly Kind[] = [
  // Browsers open six connections to a host at most.
  { name: 'EventSource in Chromium: install chromium', count: 5, subscribe: subscribeInBrowser },
  { name: 'httpx-sse in Python: install python3 with venv', count: 6, subscribe: subscribeWithPython },
  { name: 'npm eventsource', count: 6, subscribe: oneByOne(subscribeWithEventSource) },
  { name: '@ledgerline/client', count: filters.length, subscribe: oneByOne(subscribeWithClient) },
  { name: 'raw Node', count: 15, subscribe: oneByOne(subscribeRaw) },
];
const oneAFilter: readonly Kind[] = [
  { name: '@ledgerline/client', count: filters.length, subscribe: oneByOne(subscribeWithClient) },
];

async function wayTo(t: Teardown, system: StreamSystem, path: string): Promise<Place> {
  const target = {
    host: '127.0.0.1',
    get port() {
      return Number(new URL(system.queryUrl()).port);
    },
  };
  const proxy = await startTcpProxy(t, target);
  return { baseUrl: `http://127.0.0.1:${proxy.port}`, path, cut: () => proxy.cut() };
}

async function subscribeAll(t: Tap, system: StreamSystem, kinds: readonly Kind[]) {
  const places: Place[] = [];
  const subscribers: Subscriber[] = [];
  for (const { name, count, subscribe } of kinds) {
    const paths = Array.from({ length: count }, (_, index) => filters[(places.length + index) % filters.length] ?? '');
    const own = await Promise.all(
      paths.map((filter) => wayTo(t, system, `/v1/stream?after=earliest${filter && `&${filter}`}`)),
    );
    const found = await subscribe(t, own);
    if (found === null) notRun(t, `streams through ${name}`);
    places.push(...own);
    subscribers.push(...(found ?? []));
  }
  t.teardown(() => {
    for (const subscriber of subscribers) subscriber.stop();
  });
  return { places, subscribers };
}

/** In batches, each sent until it is answered: an outcome that is not known is asked for again. */
async function writeEvents(
  system: StreamSystem,
  count: number,
  atShare: (share: number) => Promise<void>,
): Promise<void> {
  const mix = { corrections: 0.1, links: 0.05, statusChanges: 0.03, retractions: 0.01 };
  const events = [...generateEvents({ count, ...mix })];
  for (let from = 0; from < count; from += BATCH) {
    const body = JSON.stringify(events.slice(from, from + BATCH));
    await until('a batch is stored', async () => ((await post(system, body)) ? true : undefined), ARRIVAL_MS);
    await Promise.all([atShare((from + BATCH) / count), delay(BATCH_EVERY_MS)]);
  }
}

async function post({ ingestUrl }: StreamSystem, body: string): Promise<boolean> {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const sent = fetch(`${ingestUrl}/v1/events`, { method: 'POST', headers, body, signal: AbortSignal.timeout(15_000) });
  const status = await sent.then(
    (response) => response.status,
    () => 0,
  );
  if (status >= 400 && status < 500) throw new Error(`a batch was refused: ${status}`);
  return status >= 200 && status < 300;
}

const sizeOf = (lanes: Lanes) => Object.values(lanes).reduce((sum, keys) => sum + keys.length, 0);

type Trial = { readonly events: number; readonly kinds: readonly Kind[]; readonly broker: KafkaBroker | null };

async function tryStreams(t: Tap, { events, kinds, broker }: Trial): Promise<void> {
  const system = await startStreamSystem(t, broker?.brokers ?? null);
  const { places, subscribers } = await subscribeAll(t, system, kinds);

  let cuts = 0;
  const cutting = setInterval(() => {
    for (const place of places) {
      if (Math.random() < 0.5) continue;
      place.cut();
      cuts += 1;
    }
  }, CUT_EVERY_MS);
  const faults: readonly (readonly [share: number, fault: () => Promise<void>])[] = [
    [0.2, () => system.killProjector('journal')],
    [0.35, () => system.restartQuery('stop')],
    [0.5, () => system.killProjector('timeline')],
    [
      0.6,
      async () => {
        await broker?.control?.kill();
        await broker?.control?.start();
      },
    ],
    [0.75, () => system.restartQuery('kill')],
  ];
  let next = 0;
  await writeEvents(system, events, async (share) => {
    const [at, fault] = faults[next] ?? [2, undefined];
    if (share < at || fault === undefined) return;
    next += 1;
    await fault();
  }).finally(() => clearInterval(cutting));
  t.equal(next, faults.length, 'every fault was inflicted');
  t.ok(cuts > subscribers.length, `${cuts} cuts of ${subscribers.length} subscribers`);

  await holdsAll(system.queryUrl(), events);
  const wantedOf = new Map<string, Lanes>();
  for (const { path } of places) {
    if (!wantedOf.has(path)) wantedOf.set(path, await listed(system.queryUrl(), path));
  }
  t.equal(wantedOf.size, filters.length);
  for (const { name, path, received } of subscribers) {
    const wanted = wantedOf.get(path) ?? {};
    t.ok(sizeOf(wanted) > 0, `${path} is of something`);
    const got = await until(
      `${name} ${path} has everything`,
      async () => {
        const items = await received(sizeOf(wanted));
        if (items !== null) return toLanes(items);
        await delay(LOOK_EVERY_MS);
        return undefined;
      },
      ARRIVAL_MS,
    );
    t.equal(differenceOf(got, wanted), '', `${name} ${path}: ${sizeOf(got)}`);
  }
}

type Tap = Parameters<typeof notRun>[0];

t.setTimeout(600_000);

t.test('fifty on Kafka, while the broker, projectors and the query service are killed', async (t) => {
  const broker = await startKafka(t, { own: true });
  if (broker === null) return notRun(t, 'streams while a Kafka broker is killed');
  t.ok(broker.control, 'the broker can be killed');
  await tryStreams(t, { events: 20_000, kinds: fifty, broker });
});

t.test('one a filter on the log in PostgreSQL, while projectors and the query service are killed', async (t) => {
  await tryStreams(t, { events: 3_000, kinds: oneAFilter, broker: null });
});
