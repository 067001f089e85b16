/** Incidents as connected components. */
import fc from 'fast-check';
import t from 'tap';
import { incidentsOf } from '../../src/statistics/incidents.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
const links = fc.array(fc.tuple(name, name), { maxLength: 14 });

/** Spreads the smallest name along the links until nothing changes. */
function spread(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const incidents: Record<string, string> = Object.fromEntries(pairs.flat().map((each) => [each, each]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b] of pairs) {
      const least = [incidents[a] ?? a, incidents[b] ?? b].toSorted()[0] ?? a;
      changed ||= incidents[a] !== least || incidents[b] !== least;
      incidents[a] = least;
      incidents[b] = least;
    }
  }
  return incidents;
}

t.test('two claims are of one incident exactly where links lead from one to the other', async (t) => {
  fc.assert(
    fc.property(links, (pairs) => {
      t.same(Object.fromEntries(incidentsOf(pairs)), spread(pairs), { diagnostic: false });
    }),
  );
});

t.test('a chain of a hundred thousand links is one incident, without delay', async (t) => {
  const chain = Array.from({ length: 100_000 }, (_, index) => [`c${index}`, `c${index + 1}`] as const);
  t.same(new Set(incidentsOf(chain).values()), new Set(['c0']));
});
