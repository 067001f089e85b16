/**
 * What the events of one subject come to, as far as the next one's admission depends on it: small JSON that the
 * log keeps beside its receipts. A pair is linked by a claim's data, by a link event, or both.
 */
import { claimOf } from '../claim/claim-data.ts';
import type { Kind } from '../schema/claims.ts';
import type { LedgerEvent } from '../schema/event-types.ts';

type LinkEvent = Extract<LedgerEvent, { type: 'claims.linked.v1' }>;

export type Relation = LinkEvent['data']['relation'];

/** Where a link stands: a sum of `fromData` and `fromLink`; 0 is a link undone. */
export const fromData = 1;
export const fromLink = 2;

/**
 * `clock` orders the facts of a symmetric pair, which two subjects' states tell of (Lamport's clock): the higher
 * one speaks. It is 0 for relations that one subject alone tells of.
 */
export type Link = readonly [relation: Relation, target: string, origins: number, clock: number];

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
    const change = (origins: number) => (event.type === 'claims.linked.v1' ? origins | fromLink : 0);
    return { ...next, links: withLink(state.links, event.subject, relation, target, change, stateOf) };
  }
  return next;
}

/** Whether the pair is linked, as both subjects' states tell it. */
export function isLinked(subject: string, relation: Relation, target: string, stateOf: StateOf): boolean {
  const own = findLink(stateOf(subject)?.links, relation, target);
  const other = isSymmetric(relation) ? findLink(stateOf(target)?.links, relation, subject) : undefined;
  if (own === undefined || other === undefined) return ((own ?? other)?.[2] ?? 0) > 0;
  if (own[3] === other[3]) return own[2] > 0 && other[2] > 0;
  return (own[3] > other[3] ? own : other)[2] > 0;
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
  const stated = (relation: Relation, target: string) =>
    relations.some((one) => one.type === relation && one.target === target);
  for (const [relation, target, origins] of links) {
    if ((origins & fromData) === 0 || stated(relation, target)) continue;
    next = withLink(next, subject, relation, target, (before) => before & ~fromData, stateOf);
  }
  for (const { type, target } of relations) {
    next = withLink(next, subject, type, target, (before) => before | fromData, stateOf);
  }
  return next;
}

function withLink(
  links: readonly Link[],
  subject: string,
  relation: Relation,
  target: string,
  change: (origins: number) => number,
  stateOf: StateOf | undefined,
): readonly Link[] {
  const before = findLink(links, relation, target);
  const origins = change(before?.[2] ?? 0);
  const rest = links.filter((link) => link !== before);
  if (!isSymmetric(relation)) return origins === 0 ? rest : [...rest, [relation, target, origins, 0]];
  const others = findLink(stateOf?.(target)?.links, relation, subject)?.[3] ?? 0;
  return [...rest, [relation, target, origins, Math.max(before?.[3] ?? 0, others) + 1]];
}
