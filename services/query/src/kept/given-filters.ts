/** What of a query decides on which claims are counted. */
import { type ClaimFilters, claimFilterParameters } from '../filters/claim-filters.ts';

/** The filters alone, without what else the query holds. */
export function givenFilters(filters: ClaimFilters): Readonly<Record<string, unknown>> {
  const isGiven = ([name, value]: [string, unknown]) => name in claimFilterParameters && value !== undefined;
  return Object.fromEntries(Object.entries(filters).filter(isGiven));
}

/** Nothing is asked for by what it has, so that no index leads to it: nearly all claims are left. */
export function leavesMost(filters: ClaimFilters): boolean {
  return Object.entries(givenFilters(filters)).every(([name, value]) => name === 'state' || isNegated(value));
}

function isNegated(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'negated' in value && value.negated === true;
}
