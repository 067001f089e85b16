/**
 * Rows of timeline.relation_facts: each says of one pair that it is linked from here on, or no longer. A version
 * states anew all that its data relates to, so that a correction restores what was unlinked before it.
 */
import type { EventOf } from '@ledgerline/events';
import type { ClaimVersion, ProjectedEvent } from '@ledgerline/projection';

export type RelationFactRow = {
  readonly subject: string;
  readonly relation: string;
  readonly target: string;
  readonly origin: 'data' | 'link';
  readonly action: 'link' | 'unlink';
  readonly offset: number;
  readonly recorded_at: string;
  readonly event_source: string;
  readonly event_id: string;
};

type Pair = { readonly relation: string; readonly target: string };

export function linkKey({ relation, target }: Pair): string {
  return `${relation} ${target}`;
}

/** `linkKey` of all that the version's data states; nothing once it is retracted. */
export function statedRelations({ claim }: ClaimVersion): Set<string> {
  return new Set(claim?.data.relations.map(({ type, target }) => linkKey({ relation: type, target })));
}

/** @param before `linkKey` of what the data of the versions before still links */
export function toDataFacts(version: ClaimVersion, before: ReadonlySet<string>): RelationFactRow[] {
  const stated = statedRelations(version);
  const fact = (key: string, action: 'link' | 'unlink') => toFact(version.by, pairOf(key), 'data', action);
  const dropped = [...before].filter((key) => !stated.has(key));
  return [...[...stated].map((key) => fact(key, 'link')), ...dropped.map((key) => fact(key, 'unlink'))];
}

type LinkEvent = EventOf<'claims.linked.v1'> | EventOf<'claims.unlinked.v1'>;

/** Unlinking removes the pair wherever it came from. */
export function toLinkFacts(by: ProjectedEvent, { type, data }: LinkEvent): RelationFactRow[] {
  if (type === 'claims.linked.v1') return [toFact(by, data, 'link', 'link')];
  return [toFact(by, data, 'link', 'unlink'), toFact(by, data, 'data', 'unlink')];
}

function toFact(
  { event, offset, recordedAt }: ProjectedEvent,
  { relation, target }: Pair,
  origin: RelationFactRow['origin'],
  action: RelationFactRow['action'],
): RelationFactRow {
  return {
    subject: event.subject,
    relation,
    target,
    origin,
    action,
    offset,
    recorded_at: recordedAt,
    event_source: event.source,
    event_id: event.id,
  };
}

function pairOf(key: string): Pair {
  const space = key.indexOf(' ');
  return { relation: key.slice(0, space), target: key.slice(space + 1) };
}
