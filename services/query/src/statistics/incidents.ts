/**
 * Incidents: claims joined by `same-incident`, over any number of steps. Union by the smaller subject with path halving.
 */
import { compareText } from './figure.ts';

/** The incident of every linked claim, named after the first of its subjects; a claim that is not in it is one of its own. */
export function incidentsOf(links: Iterable<readonly [string, string]>): Map<string, string> {
  const parents = new Map<string, string>();
  for (const [a, b] of links) {
    const [first, second] = [rootOf(parents, a), rootOf(parents, b)];
    if (first === second) continue;
    if (compareText(first, second) < 0) parents.set(second, first);
    else parents.set(first, second);
  }
  return new Map([...parents.keys()].map((subject) => [subject, rootOf(parents, subject)]));
}

function rootOf(parents: Map<string, string>, subject: string): string {
  let here = subject;
  for (;;) {
    const parent = parents.get(here);
    if (parent === undefined) {
      parents.set(here, here);
      return here;
    }
    if (parent === here) return here;
    const above = parents.get(parent) ?? parent;
    parents.set(here, above);
    here = above;
  }
}
