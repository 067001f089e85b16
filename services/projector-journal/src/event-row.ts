/** A row of journal.events from an event. The event's own text goes into it as it stands in the log. */
import { claimOf, eventTerms, parseEdtf } from '@ledgerline/events';
import { type Columns, type ProjectedEvent, publishedBounds } from '@ledgerline/projection';

export type EventRow = {
  readonly offset: number;
  readonly recorded_at: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly type: string;
  readonly kind: string | null;
  readonly event: string;
  readonly terms: readonly string[];
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly published_earliest: string | null;
  readonly published_latest: string | null;
};

export function toEventRow({ event, raw, recorded, offset, recordedAt }: ProjectedEvent): EventRow {
  const claim = claimOf(event);
  const occurred = claim && parseEdtf(claim.data.occurred.edtf);
  const published = claim && publishedBounds(claim.data.reports);
  // An older version of a type stays what it was recorded as: terms and column say the same.
  const type = typeof recorded['type'] === 'string' ? recorded['type'] : event.type;
  const terms = eventTerms(event).map((term) => (term === `type:${event.type}` ? `type:${type}` : term));
  return {
    offset,
    recorded_at: recordedAt,
    source: event.source,
    id: event.id,
    subject: event.subject,
    type,
    kind: claim?.kind ?? null,
    event: raw,
    terms,
    earliest: occurred?.earliest ?? null,
    latest: occurred?.latest ?? null,
    published_earliest: published?.earliest ?? null,
    published_latest: published?.latest ?? null,
  };
}

/** As write-batch.sql takes them. */
export const eventColumns: Columns<EventRow> = [
  ['offset', 'bigint'],
  ['recorded_at', 'timestamptz'],
  ['source', 'text'],
  ['id', 'text'],
  ['subject', 'text'],
  ['type', 'text'],
  ['kind', 'text'],
  ['event', 'text'],
  ['terms', 'list'],
  ['earliest', 'date'],
  ['latest', 'date'],
  ['published_earliest', 'date'],
  ['published_latest', 'date'],
];
