/** Which claims are related, and which speak of one incident. */
import { type Claims, type Fact, isKnown, type KnownBy, standing } from './claims.ts';
import { byText, inLogOrder } from './log.ts';

export type Relation = {
  readonly type: string;
  readonly direction: 'out' | 'in';
  readonly target: string;
  readonly pending: boolean;
};

/** Facts that count: data's with the version that has them, links and retractions always. */
export function factsKnown({ facts }: Claims, knownBy: KnownBy | null): Fact[] {
  return facts.filter(
    ({ version }) => version === null || version.change === 'retracted' || isKnown(version.published, knownBy),
  );
}

/** Of each origin the last that was said of a pair decides; `same-incident` has no direction. */
export function linksOf(facts: readonly Fact[]): Fact[] {
  const last = new Map<string, Fact>();
  for (const fact of facts) {
    const { subject, target, relation, origin } = fact;
    const pair = relation === 'same-incident' ? [subject, target].toSorted(byText) : [subject, target];
    const key = JSON.stringify([relation, pair, origin]);
    const known = last.get(key);
    if (known === undefined || inLogOrder(known.item, fact.item) <= 0) last.set(key, fact);
  }
  return [...last.values()].filter(({ linked }) => linked);
}

export function relationsOf(subject: string, all: Claims, knownBy: KnownBy | null): Relation[] {
  const found = new Map<string, Relation>();
  for (const link of linksOf(factsKnown(all, knownBy))) {
    for (const direction of ['in', 'out'] as const) {
      const [own, target] = direction === 'out' ? [link.subject, link.target] : [link.target, link.subject];
      if (own !== subject) continue;
      const side = link.relation === 'same-incident' ? '' : direction;
      const key = JSON.stringify([link.relation, side, target]);
      if (found.get(key)?.direction === 'out') continue;
      found.set(key, { type: link.relation, direction, target, pending: !isThere(target, all, knownBy) });
    }
  }
  return [...found.values()].toSorted(
    (a, b) => byText(a.type, b.type) || byText(b.direction, a.direction) || byText(a.target, b.target),
  );
}

export function isThere(subject: string, { claims }: Claims, knownBy: KnownBy | null): boolean {
  const claim = claims.get(subject);
  return claim !== undefined && standing(claim, knownBy) !== null;
}

/** All claims joined to one over any number of links, itself included, in order of their names. */
export function incidentOf(subject: string, all: Claims, knownBy: KnownBy | null): string[] {
  const links = linksOf(factsKnown(all, knownBy)).filter(({ relation }) => relation === 'same-incident');
  const members = new Set([subject]);
  for (const member of members) {
    for (const { subject: a, target: b } of links) {
      const other = a === member ? b : b === member ? a : null;
      if (other !== null && isThere(other, all, knownBy)) members.add(other);
    }
  }
  return [...members].toSorted(byText);
}
