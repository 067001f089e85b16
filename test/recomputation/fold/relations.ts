/** Which claims are related, and which speak of one incident. */
import { type Claims, type Fact, isKnown, type KnownBy, standing } from './claims.ts';
import { byText, inLogOrder } from './log.ts';

export type Relation = {
  readonly type: string;
  readonly direction: 'out' | 'in';
  readonly target: string;
  readonly pending: boolean;
};

type Links = {
  readonly all: readonly Fact[];
  /** Of a subject those that it is one end of. */
  readonly of: (subject: string) => readonly Fact[];
};

const linksByClaims = new WeakMap<Claims, Map<KnownBy | null, Links>>();

/** The pairs that are linked, once for either origin. */
export function linksKnown(claims: Claims, knownBy: KnownBy | null): Links {
  const byClock = linksByClaims.get(claims) ?? new Map<KnownBy | null, Links>();
  linksByClaims.set(claims, byClock);
  const known = byClock.get(knownBy);
  if (known !== undefined) return known;
  const all = linksOf(factsKnown(claims, knownBy));
  const ends = Map.groupBy(
    all.flatMap((link) => [...new Set([link.subject, link.target])].map((end) => ({ end, link }))),
    ({ end }) => end,
  );
  const links: Links = { all, of: (subject) => (ends.get(subject) ?? []).map(({ link }) => link) };
  byClock.set(knownBy, links);
  return links;
}

/** Facts that count: data's with the version that has them, links and retractions always. */
function factsKnown({ facts }: Claims, knownBy: KnownBy | null): Fact[] {
  return facts.filter(
    ({ version }) => version === null || version.change === 'retracted' || isKnown(version.published, knownBy),
  );
}

/** Of each origin the last that was said of a pair decides; `same-incident` has no direction. */
function linksOf(facts: readonly Fact[]): Fact[] {
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
  for (const link of linksKnown(all, knownBy).of(subject)) {
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
  const links = linksKnown(all, knownBy);
  const members = new Set([subject]);
  for (const member of members) {
    for (const { subject: a, target: b, relation } of links.of(member)) {
      const other = a === member ? b : a;
      if (relation === 'same-incident' && isThere(other, all, knownBy)) members.add(other);
    }
  }
  return [...members].toSorted(byText);
}
