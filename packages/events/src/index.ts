/** What an event says: schemas, dates, figures, filter terms and the rule of what may follow what. Pure: zod only. */
export { canonicalJson } from './canonical-json.ts';
export {
  createEventCatalogue,
  type EventCatalogue,
  type EventJson,
  type EventTypeDefinition,
  type ParseResult,
  type Upcaster,
} from './catalogue/event-catalogue.ts';
export { decodeEvent, eventJsonSchemas, eventTypes, jsonSchemaOf, parseEvent } from './catalogue/ledgerline-events.ts';
export { type Claim, claimOf, kindOf } from './claim/claim-data.ts';
export { claimSearchText } from './claim/claim-search-text.ts';
export { borderOf, claimTerms, eventTerms, foldedFilters } from './claim/claim-terms.ts';
export { foldText } from './claim/fold-text.ts';
export { englishConfig, searchConfigOf } from './claim/search-config.ts';
export { contentForComparison } from './content-for-comparison.ts';
export { addDays, daysInMonth, isCalendarDate, toIsoDate } from './edtf/calendar.ts';
export { type DateBounds, type Edtf, type EdtfEnd, parseEdtf } from './edtf/parse-edtf.ts';
export { createRecentValues, type RecentValues } from './edtf/recent-values.ts';
export { type FieldError, type FieldErrorCode, fieldErrorCodes, toPointer } from './field-error.ts';
export { type BoundsPolicy, boundsOf, boundsPolicies, type Interval } from './figures/bounds.ts';
export { chainOf, seriesKeyOf } from './figures/series.ts';
export type { BorderCrossing, ClaimData, Kind, Measure, Statement } from './schema/claims.ts';
export { type Codelist, codelists } from './schema/codelists.ts';
export { countryCodes } from './schema/countries.ts';
export type { ClaimEvent, EventInput, EventOf, EventType, LedgerEvent } from './schema/event-types.ts';
export type { Quantity } from './schema/quantity.ts';
export {
  checkSubject,
  createSubjectRule,
  type LedgerSubjectRule,
  type Refusal,
  type RefusalCode,
  type Refused,
} from './subject/subject-rule.ts';
export { evolveSubject, type SubjectState } from './subject/subject-state.ts';
