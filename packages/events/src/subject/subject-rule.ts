/**
 * What may follow what on one subject: given to the log, which asks it under its lock. Pure; its shape is that of
 * `SubjectRule` in packages/log, which this package does not know.
 */
import { canonicalJson } from '../canonical-json.ts';
import { decodeEvent } from '../catalogue/ledgerline-events.ts';
import { claimOf } from '../claim/claim-data.ts';
import { contentForComparison } from '../content-for-comparison.ts';
import type { LedgerEvent } from '../schema/event-types.ts';
import {
  evolveSubject,
  findLink,
  isLinked,
  isSymmetric,
  type Relation,
  type StateOf,
  type SubjectState,
} from './subject-state.ts';

export type RefusalCode =
  | 'unknown-subject'
  | 'retracted-subject'
  | 'kind-mismatch'
  | 'not-linked'
  | 'replaces-cycle'
  | 'version-conflict'
  | 'subject-exists';

export type Refusal = {
  readonly code: RefusalCode;
  readonly detail: string;
  /** Where in the event the cause is, RFC 6901. */
  readonly pointer?: string;
  /** Of a version conflict: the number of events asked for, and the number there are. */
  readonly expected?: number;
  readonly actual?: number;
};

export type Refused = { readonly refusal: Refusal; readonly atomic: boolean };

type FoundRecord = {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly hash: string;
  readonly event: LedgerEvent;
};

export type LedgerSubjectRule = {
  related(event: LedgerEvent): readonly string[];
  check(event: LedgerEvent, stateOf: StateOf): Refused | null;
  evolve(state: SubjectState | undefined, event: LedgerEvent, stateOf?: StateOf): SubjectState;
  decode(content: string): { record: FoundRecord } | undefined;
};

/** `sha256` gives the base64url digest of a text: this package is pure and has no crypto of its own. */
export function createSubjectRule(sha256: (text: string) => string): LedgerSubjectRule {
  return {
    related,
    check: checkSubject,
    evolve: evolveSubject,
    decode(content) {
      let value: unknown;
      try {
        value = JSON.parse(content);
      } catch {
        return undefined;
      }
      const decoded = decodeEvent(value);
      if (!decoded.ok) return undefined;
      const { source, id, subject } = decoded.event;
      const sent = value as Record<string, unknown>;
      const hash = sha256(canonicalJson(contentForComparison(sent)));
      return { record: { source, id, type: String(sent['type']), subject, hash, event: decoded.event } };
    },
  };
}

/** The other subjects whose states tell whether a pair is linked, or a replacement goes round in a circle. */
function related(event: LedgerEvent): readonly string[] {
  const targets = new Set<string>();
  for (const { type, target } of relationsOf(event)) {
    if (isSymmetric(type) || type === 'replaces') targets.add(target);
  }
  return [...targets];
}

/** The refusals of details 7 and 8, the 422s before the 409s (details 38); a retry of a stored event never gets here. */
export function checkSubject(event: LedgerEvent, stateOf: StateOf): Refused | null {
  const state = stateOf(event.subject);
  const invalid = findInvalid(event, state, stateOf);
  if (invalid !== null) return { refusal: invalid, atomic: true };
  const conflict = findConflict(event, state);
  return conflict === null ? null : { refusal: conflict, atomic: false };
}

function findInvalid(event: LedgerEvent, state: SubjectState | undefined, stateOf: StateOf): Refusal | null {
  if (!beginsClaim(event)) {
    if (state === undefined || state.kind === null) {
      return refusal('unknown-subject', '/subject', `No claim with the subject ${event.subject} is known.`);
    }
    if (state.retracted) {
      return refusal('retracted-subject', '/subject', `The claim ${event.subject} has been retracted.`);
    }
    const mismatch = findKindMismatch(event, state);
    if (mismatch !== null) return mismatch;
  }
  if (event.type === 'claims.unlinked.v1') {
    const { relation, target } = event.data;
    if (isLinked(event.subject, relation, target, stateOf)) return null;
    return refusal('not-linked', '/data/target', `${event.subject} is not linked to ${target} by ${relation}.`);
  }
  return findCycle(event, stateOf);
}

function findKindMismatch(event: LedgerEvent, state: SubjectState): Refusal | null {
  const corrected = claimOf(event);
  if (corrected !== null && corrected.kind !== state.kind) {
    const detail = `The claim ${event.subject} is a ${state.kind}; it cannot be corrected to a ${corrected.kind}.`;
    return refusal('kind-mismatch', '/data/corrected', detail);
  }
  if (event.type === 'measure.status-changed.v1' && state.kind !== 'measure') {
    return refusal('kind-mismatch', '/subject', `The claim ${event.subject} is a ${state.kind}, not a measure.`);
  }
  return null;
}

/**
 * A measure and one that it replaces cannot replace each other. Only circles of two are seen here: the log gives
 * the states of the subjects an event names and no further ones; readers leave longer circles out.
 */
function findCycle(event: LedgerEvent, stateOf: StateOf): Refusal | null {
  for (const { type, target, pointer } of relationsOf(event)) {
    const back = type === 'replaces' ? findLink(stateOf(target)?.links, type, event.subject) : undefined;
    if (back !== undefined) return refusal('replaces-cycle', pointer, `${target} replaces ${event.subject} already.`);
  }
  return null;
}

/** The version first: of fifty that expect none, those who lose are told of the conflict they asked to be told of. */
function findConflict(event: LedgerEvent, state: SubjectState | undefined): Refusal | null {
  const actual = state?.version ?? 0;
  const expected = event.expectedversion;
  if (expected !== undefined && expected !== actual) {
    const detail = `The subject ${event.subject} has ${actual} events, not ${expected}.`;
    return { code: 'version-conflict', detail, pointer: '/expectedversion', expected, actual };
  }
  if (!beginsClaim(event) || state === undefined || state.kind === null) return null;
  return refusal('subject-exists', '/subject', `There is a claim with the subject ${event.subject} already.`);
}

function beginsClaim(event: LedgerEvent): boolean {
  return event.type !== 'claim.corrected.v1' && claimOf(event) !== null;
}

function relationsOf(event: LedgerEvent): { type: Relation; target: string; pointer: string }[] {
  if (event.type === 'claims.linked.v1' || event.type === 'claims.unlinked.v1') {
    return [{ type: event.data.relation, target: event.data.target, pointer: '/data/target' }];
  }
  const claim = claimOf(event);
  if (claim === null) return [];
  const path = event.type === 'claim.corrected.v1' ? '/data/corrected/relations' : '/data/relations';
  return claim.data.relations.map((one, index) => ({ ...one, pointer: `${path}/${index}/target` }));
}

function refusal(code: RefusalCode, pointer: string, detail: string): Refusal {
  return { code, detail, pointer };
}
