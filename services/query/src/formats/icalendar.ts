/**
 * RFC 5545: an all-day event a claim. A date that is not sure to the day is tentative, a retracted claim cancelled, and
 * each version a revision (SEQUENCE), so that calendars update instead of doubling.
 */
import { type ClaimFormat, claimUrl, dataOf, describeClaim, type FormattedClaim } from './claim-format.ts';
import { compact, dayAfter, escapeText, toLines } from './icalendar-lines.ts';

export const icalendarFormat: ClaimFormat = {
  name: 'ics',
  mediaType: 'text/calendar; charset=utf-8',
  extent: 'walk',
  head: () =>
    toLines([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Ledgerline//Timeline//EN',
      'CALSCALE:GREGORIAN',
      'X-WR-CALNAME:Ledgerline: claims',
    ]),
  item(claim, _index, context) {
    const { earliest, latest } = claim.occurred;
    const start = earliest ?? latest;
    // A calendar has no place for what has no day at all.
    if (start === null) return '';
    const { places = [], tags = [] } = dataOf(claim);
    return toLines([
      'BEGIN:VEVENT',
      `UID:${escapeText(claim.subject)}@ledgerline`,
      `SEQUENCE:${claim.version - 1}`,
      `DTSTAMP:${compact(claim.recordedAt.slice(0, 19))}Z`,
      `LAST-MODIFIED:${compact(claim.recordedAt.slice(0, 19))}Z`,
      `DTSTART;VALUE=DATE:${compact(start)}`,
      `DTEND;VALUE=DATE:${compact(dayAfter(latest ?? start))}`,
      `SUMMARY:${escapeText(claim.title)}`,
      `DESCRIPTION:${escapeText(describeClaim(claim))}`,
      ...(places.length > 0 ? [`LOCATION:${escapeText(places.map(({ name }) => name).join(', '))}`] : []),
      `CATEGORIES:${[claim.kind, ...tags].map(escapeText).join(',')}`,
      `URL:${claimUrl(claim, context)}`,
      `STATUS:${statusOf(claim)}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]);
  },
  tail: () => toLines(['END:VCALENDAR']),
};

function statusOf({ state, occurred }: FormattedClaim): string {
  if (state === 'retracted') return 'CANCELLED';
  const { precision, approximate, uncertain, earliest } = occurred;
  return precision === 'day' && !approximate && !uncertain && earliest !== null ? 'CONFIRMED' : 'TENTATIVE';
}
