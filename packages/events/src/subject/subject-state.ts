/**
 * What the events of one subject come to, as far as the next one's admission depends on it: small JSON that the
 * log keeps beside its receipts. A pair is linked by a claim's data, by a link event, or both.
 */
import { claimOf } from '../claim/claim-data.ts';
import type { Kind } from '../schema/claims.ts';
import type { LedgerEvent } from '../schema/event-types.ts';

type LinkEvent = Extract<LedgerEvent, { type: 'claims.linked.v1' }>;

export type Relation = LinkEvent['data']['relation'];

/** Where a link stands, as a sum: in the claim's data, in a link event; 0 is a link undone. */
export const fromData = 1;
export const fromLink = 2;
/** The claim's data states the pair, also where an event has unlinked it since: dropping it is a word of its own then. */
const stated = 4;

/**
 * The clocks order what two subjects say of a symmetric pair (Lamport's clock): for either origin the latest word of both
 * counts, as in the views. They are 0 where nothing was said, and for relations that one subject alone tells of. States
 * made before the origins were told apart have one clock for both.
 */
export type Link = readonly [
  relation: Relation,
  target: string,
  origins: number,
  dataClock: number,
  linkClock?: number,
];

export type SubjectState = {
  /** The number of events of the subject. */
  readonly version: number;
  /** null where the log holds events of the subject but no claim, as another producer may have left it. */
  readonly kind: Kind | null;
  readonly retracted: boolean;
  readonly links: readonly Link[];
};

export type StateOf = (subject: string) => SubjectState | undefined;

const nothing: SubjectState = { version: 0, kind: null, retracted: false, links: [] };

/**
 * The state after `event`. Takes any order of events, since a log may hold what this rule would have refused.
 * With `stateOf` links of symmetric pairs are ordered exactly, without it by what this subject alone knows.
 */
export function evolveSubject(state: SubjectState = nothing, event: LedgerEvent, stateOf?: StateOf): SubjectState {
  const next = { ...state, version: state.version + 1 };
  const claim = claimOf(event);
  if (claim !== null) {
    const first = event.type !== 'claim.corrected.v1';
    if (first ? state.kind !== null : state.kind !== claim.kind || state.retracted) return next;
    return { ...next, kind: claim.kind, links: withData(state.links, event.subject, claim.data.relations, stateOf) };
  }
  // As the views have it: without a claim, or once it is retracted, nothing else has an effect.
  if (state.kind === null || state.retracted) return next;
  if (event.type === 'claim.retracted.v1') {
    return { ...next, retracted: true, links: withData(state.links, event.subject, [], stateOf) };
  }
  if (event.type === 'claims.linked.v1' || event.type === 'claims.unlinked.v1') {
    const { relation, target } = event.data;
    const word: Word = event.type === 'claims.linked.v1' ? { link: true } : { data: false, link: false };
    return { ...next, links: withWord(state.links, event.subject, { relation, target, ...word }, stateOf) };
  }
  return next;
}

/** Whether the pair is linked, as both subjects' states tell it: by either origin. */
export function isLinked(subject: string, relation: Relation, target: string, stateOf: StateOf): boolean {
  const own = findLink(stateOf(subject)?.links, relation, target);
  const other = isSymmetric(relation) ? findLink(stateOf(target)?.links, relation, subject) : undefined;
  const says = (link: Link | undefined, origin: number) => ((link?.[2] ?? 0) & origin) > 0;
  return [fromData, fromLink].some((origin) => {
    if (own === undefined || other === undefined) return says(own ?? other, origin);
    const [before, after] = [clockOf(own, origin), clockOf(other, origin)];
    if (before === after) return says(own, origin) && says(other, origin);
    return says(before > after ? own : other, origin);
  });
}

function clockOf(link: Link | undefined, origin: number): number {
  if (link === undefined) return 0;
  return origin === fromData ? link[3] : (link[4] ?? link[3]);
}

export function isSymmetric(relation: Relation): boolean {
  return relation === 'same-incident';
}

export function findLink(links: readonly Link[] | undefined, relation: Relation, target: string): Link | undefined {
  return links?.find((link) => link[0] === relation && link[1] === target);
}

/** The links after a version of the claim's data: what it states is linked, what it no longer states is not by data. */
function withData(
  links: readonly Link[],
  subject: string,
  relations: readonly { type: Relation; target: string }[],
  stateOf: StateOf | undefined,
): readonly Link[] {
  let next = links;
  const isStated = (relation: Relation, target: string) =>
    relations.some((one) => one.type === relation && one.target === target);
  for (const [relation, target, origins] of links) {
    if ((origins & (fromData | stated)) === 0 || isStated(relation, target)) continue;
    next = withWord(next, subject, { relation, target, data: false, stated: false }, stateOf);
  }
  for (const { type, target } of relations) {
    next = withWord(next, subject, { relation: type, target, data: true, stated: true }, stateOf);
  }
  return next;
}

/** What is said of a pair: that it is linked by an origin, or no longer is. */
type Word = { readonly data?: boolean; readonly link?: boolean; readonly stated?: boolean };

function withWord(
  links: readonly Link[],
  subject: string,
  word: Word & { readonly relation: Relation; readonly target: string },
  stateOf: StateOf | undefined,
): readonly Link[] {
  const { relation, target, data, link } = word;
  const before = findLink(links, relation, target);
  const set = (origins: number, bit: number, on: boolean | undefined) =>
    on === undefined ? origins : on ? origins | bit : origins & ~bit;
  const origins = set(set(before?.[2] ?? 0, fromData, data), fromLink, link);
  const rest = links.filter((one) => one !== before);
  if (!isSymmetric(relation)) return origins === 0 ? rest : [...rest, [relation, target, origins, 0]];
  const other = findLink(stateOf?.(target)?.links, relation, subject);
  const clocks = [before, other].flatMap((one) => [clockOf(one, fromData), clockOf(one, fromLink)]);
  const now = Math.max(...clocks) + 1;
  const dataClock = data === undefined ? clockOf(before, fromData) : now;
  const linkClock = link === undefined ? clockOf(before, fromLink) : now;
  return [...rest, [relation, target, set(origins, stated, word.stated), dataClock, linkClock]];
}
