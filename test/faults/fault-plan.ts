/**
 * Which fault strikes whom, when and for how long: decided before the run from the seed alone, so that the same seed is
 * the same plan whatever the machine. No two faults hold one target at a time.
 */
import { type Random, seededRandom } from './seeded-random.ts';

export type LogKind = 'kafka' | 'embedded';

export const baseServices = [
  'ingest-1',
  'ingest-2',
  'projector-journal-1',
  'projector-timeline-1',
  'projector-statistics-1',
  'query-1',
] as const;

export type FaultKind =
  | 'kill'
  | 'stop'
  | 'freeze'
  | 'add-projector'
  | 'kill-broker'
  | 'freeze-broker'
  | 'kill-database'
  | 'cut'
  | 'delay'
  | 'hold'
  | 'black-hole'
  | 'refuse';

export type Fault = {
  readonly kind: FaultKind;
  /** A process, `broker`, `database`, or a link: `kafka`, or `database of <process>`. */
  readonly target: string;
  readonly atMs: number;
  /** 0: it is over at once. */
  readonly forMs: number;
  /** `delay`: milliseconds each way. `add-projector`: 1 to kill it at the end, 0 to stop it. */
  readonly detail: number;
};

/** A member that says nothing for 15 s is taken for dead: frozen for longer, others have taken over when it wakes. */
const beyondSession: readonly [number, number] = [16_500, 20_000];
const meanGapMs: readonly [number, number] = [3_000, 9_000];

type Draw = (random: Random) => Pick<Fault, 'kind' | 'target'> & {
  readonly forMs?: readonly [from: number, to: number];
  readonly detail?: number;
};

const projectors = baseServices.filter((name) => name.startsWith('projector'));
const ingests = baseServices.filter((name) => name.startsWith('ingest'));
const onDatabase = (random: Random) => `database of ${random.pick(baseServices)}`;

/** One of each in turn, in an order of the seed's; what matters most comes first, for runs that are short. */
const essential: readonly Draw[] = [
  (random) => ({ kind: 'freeze', target: random.pick(projectors), forMs: beyondSession }),
  (random) => ({ kind: 'kill', target: random.pick(ingests) }),
  () => ({ kind: 'kill-database', target: 'database' }),
  (random) => ({ kind: 'kill', target: random.pick(projectors) }),
  (random) => ({ kind: 'hold', target: `database of ${random.pick(ingests)}`, forMs: [4_000, 9_000] }),
];
const essentialOnKafka: readonly Draw[] = [
  () => ({ kind: 'kill-broker', target: 'broker', forMs: [500, 3_000] }),
  () => ({ kind: 'black-hole', target: 'kafka', forMs: [3_000, 8_000] }),
];
const further: readonly Draw[] = [
  (random) => ({ kind: 'kill', target: 'query-1', detail: random.between(0, 1) }),
  (random) => ({ kind: 'kill', target: random.pick(projectors) }),
  (random) => ({ kind: 'stop', target: random.pick(baseServices) }),
  (random) => ({ kind: 'freeze', target: random.pick(ingests), forMs: [5_000, 20_000] }),
  (random) => ({ kind: 'freeze', target: random.pick(projectors), forMs: beyondSession }),
  (random) => ({
    kind: 'add-projector',
    target: random.pick(projectors).replace(/1$/, '2'),
    forMs: [8_000, 20_000],
    detail: random.between(0, 1),
  }),
  (random) => ({ kind: 'cut', target: onDatabase(random) }),
  (random) => ({ kind: 'delay', target: onDatabase(random), forMs: [3_000, 8_000], detail: random.between(20, 200) }),
  (random) => ({ kind: 'black-hole', target: onDatabase(random), forMs: [3_000, 18_000] }),
  (random) => ({ kind: 'refuse', target: onDatabase(random), forMs: [1_000, 6_000] }),
  (random) => ({ kind: 'hold', target: onDatabase(random), forMs: [3_000, 18_000] }),
];
const furtherOnKafka: readonly Draw[] = [
  () => ({ kind: 'freeze-broker', target: 'broker', forMs: [3_000, 9_000] }),
  () => ({ kind: 'cut', target: 'kafka' }),
  (random) => ({ kind: 'delay', target: 'kafka', forMs: [3_000, 8_000], detail: random.between(20, 300) }),
  () => ({ kind: 'hold', target: 'kafka', forMs: [2_000, 7_000] }),
  () => ({ kind: 'kill-broker', target: 'broker', forMs: [0, 2_000] }),
];

/** In order of their beginnings. All are over `durationMs` after the start. */
export function planFaults(seed: number, durationMs: number, log: LogKind): Fault[] {
  const random = seededRandom(seed);
  const first = [...essential, ...(log === 'kafka' ? essentialOnKafka : [])];
  const all = [...first, ...further, ...(log === 'kafka' ? furtherOnKafka : [])];
  const busyUntil = new Map<string, number>();
  const plan: Fault[] = [];
  // The freeze is the longest: in the shortest run there is room for it only at the beginning.
  let bag = [first[0] as Draw, ...random.shuffle(first.slice(1))];
  for (let atMs = 1_000; atMs < durationMs; atMs += random.between(...meanGapMs)) {
    if (bag.length === 0) bag = random.shuffle(all);
    const drawn = (bag.shift() as Draw)(random);
    const [from, to] = drawn.forMs ?? [0, 0];
    const fault = {
      kind: drawn.kind,
      target: drawn.target,
      atMs,
      forMs: random.between(from, to),
      detail: drawn.detail ?? 0,
    };
    if (atMs + fault.forMs > durationMs || (busyUntil.get(holds(fault)) ?? 0) > atMs) continue;
    busyUntil.set(holds(fault), atMs + fault.forMs);
    plan.push(fault);
  }
  return plan;
}

const holds = ({ target }: Fault): string => target;

/** How often each kind comes. */
export function countByKind(plan: readonly Fault[]): Record<string, number> {
  const kinds = Map.groupBy(plan, ({ kind }) => kind);
  return Object.fromEntries([...kinds.keys()].toSorted().map((kind) => [kind, kinds.get(kind)?.length ?? 0]));
}
