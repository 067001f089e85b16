/**
 * What holds for every view, whatever the log says: its rows follow from the log alone. Traces are short histories of a
 * few claims, told by well-behaved writers and by others.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { checkSubject, decodeEvent, type EventJson, evolveSubject, type SubjectState } from '@ledgerline/events';
import fc from 'fast-check';
import { type Test, test } from 'tap';
import { checksumView, type View } from '../src/index.ts';
import * as claims from './claim-events.ts';
import { createFeedLog, type FeedLog } from './feed-log.ts';
import { runView } from './run-view.ts';

type Step = {
  readonly op: keyof typeof makers;
  readonly subject: number;
  readonly other: number;
  readonly variant: number;
};

const relations = ['same-incident', 'updates', 'replaces'] as const;

const subjectOf = (n: number) => `claim-${n}`;
const relationsOf = ({ subject, other, variant }: Step) =>
  variant % 2 === 0 || other === subject
    ? []
    : [{ type: relations[variant % 3] ?? 'updates', target: subjectOf(other) }];
const dataOf = (step: Step) => ({
  title: `Łódź, variant ${step.variant}`,
  occurred: { edtf: ['2021-08-24', '2021-08~', '2021-08-03/..'][step.variant % 3], basis: 'stated' },
  relations: relationsOf(step),
  quantities: [
    claims.figureOf(step.variant),
    claims.figureOf(7, { accounting: 'stock', period: '2021-08-01/2021-08-20~' }),
  ],
  reports: [claims.reportOf(`2021-09-0${1 + (step.variant % 9)}`)],
});

/** By `id`, which the place in the trace gives. */
const makers = {
  crossing: (step: Step, id: string) => claims.crossing({ subject: subjectOf(step.subject), id }, dataOf(step)),
  measure: (step: Step, id: string) => claims.measure({ subject: subjectOf(step.subject), id }, dataOf(step)),
  correctCrossing: (step: Step, id: string) =>
    claims.correction({ subject: subjectOf(step.subject), id }, claims.crossingData(dataOf(step))),
  correctMeasure: (step: Step, id: string) =>
    claims.correction({ subject: subjectOf(step.subject), id }, claims.measureData(dataOf(step)), {
      reports: [claims.reportOf('2022-01')],
    }),
  retract: (step: Step, id: string) =>
    claims.retraction({ subject: subjectOf(step.subject), id }, step.variant % 2 === 0 ? 'unlawful' : 'duplicate'),
  link: (step: Step, id: string) =>
    claims.link({ subject: subjectOf(step.subject), id }, relations[step.variant % 3] ?? 'updates', `x-${step.other}`),
  unlink: (step: Step, id: string) =>
    claims.unlink(
      { subject: subjectOf(step.subject), id },
      relations[step.variant % 3] ?? 'updates',
      subjectOf(step.other),
    ),
  changeStatus: (step: Step, id: string) =>
    claims.statusChange({ subject: subjectOf(step.subject), id }, 'suspended', `2021-1${step.variant % 3}`),
  unknownType: (step: Step, id: string) => ({
    ...claims.crossing({ subject: subjectOf(step.subject), id }),
    type: 'border-crossing.reported.v9',
  }),
} as const;

const weights: Record<keyof typeof makers, number> = {
  crossing: 5,
  measure: 5,
  correctCrossing: 4,
  correctMeasure: 4,
  retract: 1,
  link: 3,
  unlink: 3,
  changeStatus: 3,
  unknownType: 1,
};

const step = (maxSubject: number): fc.Arbitrary<Step> =>
  fc.record({
    op: fc.oneof(
      ...Object.entries(weights).map(([op, weight]) => ({ weight, arbitrary: fc.constant(op as keyof typeof makers) })),
    ),
    subject: fc.nat(maxSubject),
    other: fc.nat(maxSubject),
    variant: fc.nat(8),
  });

/** Whatever may stand in a log: events against the rule, copies of earlier records, types nobody knows. */
const anyTrace: fc.Arbitrary<EventJson[]> = fc
  .array(fc.tuple(step(3), fc.option(fc.nat(30), { freq: 6, nil: undefined })), {
    minLength: 15,
    maxLength: 60,
    size: 'max',
  })
  .map((steps) => {
    const events: EventJson[] = [];
    for (const [one, copyOf] of steps) {
      const copied = copyOf === undefined ? undefined : events[copyOf];
      events.push(copied ?? makers[one.op](one, `e${events.length}`));
    }
    return events;
  });

/** What ingest would have let in. */
const lawfulTrace: fc.Arbitrary<EventJson[]> = anyTrace.map((events) => {
  const states = new Map<string, SubjectState>();
  const seen = new Set<unknown>();
  return events.filter((value) => {
    const decoded = decodeEvent(value);
    if (!decoded.ok || seen.has(value['id'])) return false;
    const { event } = decoded;
    const stateOf = (subject: string) => states.get(subject);
    if (checkSubject(event, stateOf) !== null) return false;
    seen.add(value['id']);
    states.set(event.subject, evolveSubject(states.get(event.subject), event, stateOf));
    return true;
  });
});

const partitions = 3;

/** A way to deliver: partitions and sizes, in turn; what is left over is delivered at the end. */
type Plan = readonly { readonly partition: number; readonly count: number }[];
const plan: fc.Arbitrary<Plan> = fc.array(
  fc.record({ partition: fc.nat(partitions - 1), count: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

function feedOf(events: readonly EventJson[]): FeedLog {
  const feed = createFeedLog({ partitions });
  for (const event of events) feed.put(event);
  return feed;
}

type Built = { readonly rows: string[]; readonly checksum: string };

async function build(t: Test, view: View, feed: FeedLog, how: Plan): Promise<Built> {
  const run = await runView(t, view, { feed });
  for (const { partition, count } of how) {
    const failed = await feed.deliver(partition, count);
    if (failed !== null) throw failed;
  }
  await feed.deliverAll();
  const { checksum } = await checksumView(run.pool, view.name, 1);
  const rows = await run.dump();
  await run.projection.stop();
  return { rows, checksum };
}

/** A test each; the rows of two builds are compared one by one. */
export function testViewLaws(view: View, { runs = 10 } = {}): void {
  test(`${view.name}: in whatever batches and order of partitions the log is delivered, the rows are the same`, async (t) => {
    const property = fc.asyncProperty(anyTrace, plan, async (events, how) => {
      const live = await build(t, view, feedOf(events), how);
      const rebuilt = await build(t, view, feedOf(events), []);
      t.same(live.rows, rebuilt.rows);
      t.equal(live.checksum, rebuilt.checksum);
      return live.rows.join() === rebuilt.rows.join();
    });
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  });

  test(`${view.name}: a log that holds every record twice makes the rows of one that holds it once`, async (t) => {
    const property = fc.asyncProperty(lawfulTrace, fc.boolean(), plan, async (events, atOnce, how) => {
      const twice = atOnce ? events.flatMap((event) => [event, event]) : [...events, ...events];
      const places = atOnce ? /"(?:offset|from_offset|to_offset|recorded_at|first_recorded_at)":[^,}]+/g : /(?!)/g;
      const plain = (rows: readonly string[]) => rows.map((row) => row.replaceAll(places, '')).toSorted();
      const once = await build(t, view, feedOf(events), []);
      const doubled = await build(t, view, feedOf(twice), how);
      t.same(plain(doubled.rows), plain(once.rows));
      return plain(doubled.rows).join() === plain(once.rows).join();
    });
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  });

  test(`${view.name}: nothing holds on to a batch's events while its rows are written`, async (t) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held: unknown[] = [];
    let batches = 0;
    const prepare: View['prepare'] = async (batch, tx) => {
      const events = batch.events.map((event) => new WeakRef(event));
      const write = await view.prepare(batch, tx);
      return async () => {
        // What was looked at in this turn lives to its end.
        await setImmediate();
        collect();
        batches += 1;
        held.push(...events.filter((event) => event.deref() !== undefined));
        return await write();
      };
    };
    const steps = fc.sample(lawfulTrace, { numRuns: 1, seed: 1 }).flat();
    await build(t, { ...view, prepare }, feedOf(steps), []);
    t.same(held, []);
    t.ok(batches > 0);
  });
}
