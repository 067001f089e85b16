/** Who is linked to whom, and which claims tell of one incident: of each pair and origin the latest word counts. */
import type { Claims, Fact } from './recompute-claims.ts';

export type RelationItem = {
  readonly type: string;
  readonly direction: 'out' | 'in';
  readonly target: string;
  readonly pending: boolean;
};

export type Relations = {
  /** Of each claim that has any, sorted by what they say. */
  readonly bySubject: ReadonlyMap<string, readonly RelationItem[]>;
  /** The least subject of each claim's incident; of a claim that is linked to none itself. */
  readonly incidentOf: (subject: string) => string;
};

const SYMMETRIC = 'same-incident';

export function recomputeRelations({ claims, facts }: Claims): Relations {
  const latest = new Map<string, Fact>();
  for (const fact of facts.toSorted(byTime)) latest.set(`${pairOf(fact)} ${fact.origin}`, fact);
  const linked = Map.groupBy(
    [...latest.values()].filter(({ isLink }) => isLink),
    pairOf,
  );
  const bySubject = new Map<string, RelationItem[]>();
  const add = (subject: string, type: string, direction: 'out' | 'in', target: string) => {
    if (!claims.has(subject)) return;
    const items = bySubject.get(subject) ?? [];
    items.push({ type, direction, target, pending: !claims.has(target) });
    bySubject.set(subject, items);
  };
  const parents = new Map<string, string>();
  const rootOf = (subject: string): string => {
    const parent = parents.get(subject) ?? subject;
    return parent === subject ? subject : rootOf(parent);
  };
  for (const said of linked.values()) {
    const { subject, target, relation } = said[0] as Fact;
    if (relation !== SYMMETRIC) {
      add(subject, relation, 'out', target);
      add(target, relation, 'in', subject);
      continue;
    }
    const saysIt = (one: string) => said.some((fact) => fact.subject === one);
    add(subject, relation, saysIt(subject) ? 'out' : 'in', target);
    add(target, relation, saysIt(target) ? 'out' : 'in', subject);
    if (!claims.has(subject) || !claims.has(target)) continue;
    const [a, b] = [rootOf(subject), rootOf(target)];
    // The least name stands for all, so that it is the incident's.
    parents.set(a > b ? a : b, a > b ? b : a);
  }
  for (const items of bySubject.values()) items.sort((a, b) => (inWords(a) < inWords(b) ? -1 : 1));
  return { bySubject, incidentOf: rootOf };
}

export const inWords = ({ type, direction, target }: RelationItem): string => `${type} ${direction} ${target}`;

function pairOf({ relation, subject, target }: Fact): string {
  const ends = relation === SYMMETRIC && target < subject ? [target, subject] : [subject, target];
  return [relation, ...ends].join(' ');
}

function byTime({ at: a }: Fact, { at: b }: Fact): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}
