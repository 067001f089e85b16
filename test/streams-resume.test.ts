/**
 * Promise 7: fifty subscribers with different filters, cut at random while events are written and services die, each get
 * exactly the filtered log: nothing missing, nothing twice, in order.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { generateEvents, type KafkaBroker, startKafka, startTcpProxy, type Teardown } from '@ledgerline/testkit';
import t from 'tap';
import { notRun } from './support/not-run.ts';
import { subscribeInBrowser } from './support/streams/browser-subscribers.ts';
import { subscribeWithPython } from './support/streams/python-subscribers.ts';
import { differenceOf, type Lanes, toLanes } from './support/streams/received.ts';
import { type Item, toItem } from './support/streams/stream-item.ts';
import { type StreamSystem, startStreamSystem } from './support/streams/stream-system.ts';
import { type Subscriber, subscribeRaw, subscribeWithEventSource } from './support/streams/subscriber.ts';
import { until } from './support/until.ts';

const SUBSCRIBERS = 50;
const BATCH = 100;
const CUT_EVERY_MS = 1_000;
const BATCH_EVERY_MS = 150;
const ARRIVAL_MS = 120_000;

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

type Cuttable = { readonly baseUrl: string; cut(): void };

/** A way of its own to the query service, wherever that is. */
async function ownWay(t: Teardown, system: StreamSystem): Promise<Cuttable> {
  const target = {
    host: '127.0.0.1',
    get port() {
      return Number(new URL(system.queryUrl()).port);
    },
  };
  const proxy = await startTcpProxy(t, target);
  return { baseUrl: `http://127.0.0.1:${proxy.port}`, cut: () => proxy.cut() };
}

async function subscribeAll(t: Teardown, system: StreamSystem) {
  const ways = await Promise.all(Array.from({ length: SUBSCRIBERS }, () => ownWay(t, system)));
  const streams = ways.map(({ baseUrl }, index) => {
    const filter = filters[index % filters.length] ?? '';
    return { baseUrl, path: `/v1/stream?after=earliest${filter === '' ? '' : `&${filter}`}` };
  });
  const inBrowser = await subscribeInBrowser(t, streams.slice(0, 5));
  const inPython = await subscribeWithPython(t, streams.slice(5, 11));
  const own = streams
    .slice(11)
    .map(({ baseUrl, path }, index) => (index < 6 ? subscribeWithEventSource : subscribeRaw)(baseUrl, path));
  const subscribers: Subscriber[] = [...(inBrowser ?? []), ...(inPython ?? []), ...own];
  t.teardown(() => {
    for (const subscriber of subscribers) subscriber.stop();
  });
  return { subscribers, ways, hasBrowser: inBrowser !== null, hasPython: inPython !== null };
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

/** What the lists say, read in pages or as lines, long after. */
async function listed(system: StreamSystem, path: string): Promise<Lanes> {
  const { searchParams } = new URL(path, 'http://x');
  const isChanges = searchParams.get('deliver') === 'changes';
  for (const name of ['deliver', 'after']) searchParams.delete(name);
  const items: Item[] = [];
  for (let cursor = ''; ; ) {
    const url = `${system.queryUrl()}/v1/${isChanges ? 'changes' : 'events'}?limit=1000&${searchParams}${cursor}`;
    const page = (await (await fetch(url)).json()) as { items: object[]; page: { next: string | null } };
    items.push(...page.items.map((item) => toItem(JSON.stringify(item))));
    if (page.page.next === null) return toLanes(items);
    cursor = `&cursor=${page.page.next}`;
  }
}

const sizeOf = (lanes: Lanes) => Object.values(lanes).reduce((sum, keys) => sum + keys.length, 0);

async function tryStreams(t: Tap, count: number, broker: KafkaBroker | null): Promise<void> {
  const system = await startStreamSystem(t, broker?.brokers ?? null);
  const { subscribers, ways, hasBrowser, hasPython } = await subscribeAll(t, system);
  if (!hasBrowser) notRun(t, 'streams in a browser: install chromium');
  if (!hasPython) notRun(t, 'streams in Python: install python3 with venv');

  let cuts = 0;
  const cutting = setInterval(() => {
    for (const way of ways) {
      if (Math.random() < 0.5) continue;
      way.cut();
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
  await writeEvents(system, count, async (share) => {
    const [at, fault] = faults[next] ?? [2, undefined];
    if (share < at || fault === undefined) return;
    next += 1;
    await fault();
  }).finally(() => clearInterval(cutting));
  t.equal(next, faults.length, 'every fault was inflicted');
  t.ok(cuts > SUBSCRIBERS, `${cuts} cuts`);

  await until(
    'the views hold everything',
    async () => {
      const [all, changes] = await Promise.all([listed(system, '/'), listed(system, '/?deliver=changes')]);
      return sizeOf(all) === count && sizeOf(changes) > 0 ? true : undefined;
    },
    ARRIVAL_MS,
  );
  for (const subscriber of subscribers) {
    const wanted = await listed(system, subscriber.path);
    t.ok(sizeOf(wanted) > 0, `${subscriber.path} is of something`);
    const got = await until(
      `${subscriber.name} ${subscriber.path} has everything`,
      async () => {
        const lanes = toLanes(await subscriber.received());
        return sizeOf(lanes) >= sizeOf(wanted) ? lanes : undefined;
      },
      ARRIVAL_MS,
    );
    t.equal(differenceOf(got, wanted), '', `${subscriber.name} ${subscriber.path}: ${sizeOf(got)}`);
  }
}

type Tap = Parameters<typeof notRun>[0];

t.setTimeout(900_000);

t.test('on the log in PostgreSQL, projectors killed and the query service stopped and killed', async (t) => {
  await tryStreams(t, 20_000, null);
});

t.test('on Kafka, the broker killed as well', async (t) => {
  const broker = await startKafka(t, { own: true });
  if (broker === null) return notRun(t, 'streams while a Kafka broker is killed');
  await tryStreams(t, 20_000, broker);
});
