/** The plan of a run is the seed's alone, and has what it must have. */
import t from 'tap';
import { parseChaosArguments } from './chaos-options.ts';
import { countByKind, type Fault, type LogKind, planFaults } from './fault-plan.ts';

const MINUTE = 60_000;
const logs: readonly LogKind[] = ['kafka', 'embedded'];

t.test('the same seed is the same plan, another seed is another', async (t) => {
  for (const log of logs) {
    t.same(planFaults(7, 10 * MINUTE, log), planFaults(7, 10 * MINUTE, log));
    t.notSame(planFaults(7, 10 * MINUTE, log), planFaults(8, 10 * MINUTE, log));
  }
});

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

t.test('ten minutes have sixty faults and more, of every kind', async (t) => {
  const everywhere = ['add-projector', 'black-hole', 'cut', 'delay', 'freeze', 'hold', 'kill', 'kill-database'];
  const onKafka = [...everywhere, 'kill-broker', 'freeze-broker'];
  const poor = SEEDS.filter((seed) => {
    const [kafka, embedded] = logs.map((log) => planFaults(seed, 10 * MINUTE, log)) as [Fault[], Fault[]];
    const [kinds, others] = [countByKind(kafka), countByKind(embedded)];
    const all = onKafka.every((kind) => kind in kinds) && everywhere.every((kind) => kind in others);
    return kafka.length < 60 || embedded.length < 60 || !all;
  });
  t.same(poor, []);
});

t.test('a minute freezes a projector beyond its session, and kills database and broker', async (t) => {
  const poor = SEEDS.filter((seed) => {
    const plan = planFaults(seed, MINUTE, 'kafka');
    const kinds = countByKind(plan);
    const freezes = plan[0]?.kind === 'freeze' && plan[0].forMs > 15_000;
    return !freezes || plan.length < 6 || !('kill-database' in kinds) || !('kill-broker' in kinds);
  });
  t.same(poor, []);
});

t.test('faults are over in time, and no two hold one target at once', async (t) => {
  const wrong = SEEDS.filter((seed) => {
    const busy = new Map<string, number>();
    return planFaults(seed, 5 * MINUTE, 'kafka').some(({ target, atMs, forMs }) => {
      const clash = (busy.get(target) ?? 0) > atMs;
      busy.set(target, atMs + forMs);
      return clash || atMs + forMs > 5 * MINUTE;
    });
  });
  t.same(wrong, []);
});

t.test('arguments: two minutes on both logs unless told otherwise; nonsense is refused', async (t) => {
  t.same(parseChaosArguments([], 1_234_567), {
    logs: ['kafka', 'embedded'],
    minutes: 2,
    seed: 234_567,
    events: 10_000,
  });
  const given = ['--minutes=10', '--seed=4', '--log=kafka', '--events=50000'];
  t.same(parseChaosArguments(given, 0), { logs: ['kafka'], minutes: 10, seed: 4, events: 50_000 });
  for (const bad of ['--minutes=x', '--minutes=0', '--log=paper', '--seeds=1', '--events=']) {
    t.throws(() => parseChaosArguments([bad], 1), bad);
  }
});
