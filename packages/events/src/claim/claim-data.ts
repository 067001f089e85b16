/** The claim that an event makes, if it makes one: its kind and data. */
import { type ClaimData, type Kind, kindOfData } from '../schema/claims.ts';
import type { LedgerEvent } from '../schema/event-types.ts';

export type Claim = { readonly kind: Kind; readonly data: ClaimData };

/** The claim's data in a first report or a correction (`corrected`); null for links, status changes, retractions. */
export function claimOf(event: LedgerEvent): Claim | null {
  switch (event.type) {
    case 'border-crossing.reported.v1':
      return { kind: 'border-crossing', data: event.data };
    case 'statement.issued.v1':
      return { kind: 'statement', data: event.data };
    case 'measure.adopted.v1':
      return { kind: 'measure', data: event.data };
    case 'claim.corrected.v1':
      return claimOfData(event.data.corrected);
    case 'measure.status-changed.v1':
    case 'claim.retracted.v1':
    case 'claims.linked.v1':
    case 'claims.unlinked.v1':
      return null;
    default:
      return event satisfies never;
  }
}

function claimOfData(data: ClaimData): Claim {
  if ('measureKind' in data) return { kind: 'measure', data };
  return 'content' in data ? { kind: 'statement', data } : { kind: 'border-crossing', data };
}

/** The kind of an event's claim, or of a claim's data; null for an event that makes no claim. */
export function kindOf(value: LedgerEvent | ClaimData): Kind | null {
  return 'specversion' in value ? (claimOf(value)?.kind ?? null) : kindOfData(value);
}
