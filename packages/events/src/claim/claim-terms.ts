/** What a claim can be filtered by, as `filter:value` terms: one spelling for those who write rows and who read them. */
import type { ClaimData, Kind } from '../schema/claims.ts';
import type { LedgerEvent } from '../schema/event-types.ts';
import { claimOf } from './claim-data.ts';
import { foldText } from './fold-text.ts';

/** Filters whose values are compared folded. */
export const foldedFilters = ['place', 'actor', 'publisher', 'tag'] as const;

/**
 * The terms of a claim, each once. `country` is of places and quantities (a quantity's border is two countries),
 * `border` of quantities and of places that are a border; `publisher` of every report; `has:figure` where there is one.
 */
export function claimTerms(kind: Kind, data: ClaimData, type?: string): string[] {
  const terms = new Set<string>([`kind:${kind}`]);
  if (type !== undefined) terms.add(`type:${type}`);
  for (const place of data.places) {
    terms.add(`place:${foldText(place.name)}`);
    for (const country of place.countries) terms.add(`country:${country}`);
    const border = place.role === 'border' ? borderOf(place.countries) : null;
    if (border !== null) terms.add(`border:${border}`);
  }
  for (const { border, country } of data.quantities) {
    if (country !== undefined) terms.add(`country:${country}`);
    if (border !== undefined) {
      terms.add(`border:${border}`);
      terms.add(`country:${border.slice(0, 2)}`);
      terms.add(`country:${border.slice(3)}`);
    }
  }
  if (data.quantities.length > 0) terms.add('has:figure');
  for (const actor of data.actors) terms.add(`actor:${foldText(actor.name)}`);
  for (const report of data.reports) terms.add(`publisher:${foldText(report.publisher)}`);
  for (const tag of data.tags) terms.add(`tag:${foldText(tag)}`);
  if ('measureKind' in data) terms.add(`measureKind:${data.measureKind}`);
  if ('outcome' in data) terms.add(`outcome:${data.outcome}`);
  if ('stance' in data) terms.add(`stance:${data.stance}`);
  return [...terms];
}

/** The terms of an event's own data; of its type alone where it makes no claim. */
export function eventTerms(event: LedgerEvent): string[] {
  const claim = claimOf(event);
  return claim === null ? [`type:${event.type}`] : claimTerms(claim.kind, claim.data, event.type);
}

/** `BY-LT` of the two sides of a border, in whatever order they are given; null where they are not two. */
export function borderOf(countries: readonly string[]): string | null {
  const [first, second] = countries;
  if (countries.length !== 2 || first === undefined || second === undefined || first === second) return null;
  return first < second ? `${first}-${second}` : `${second}-${first}`;
}
