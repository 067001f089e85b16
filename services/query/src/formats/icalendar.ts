/**
 * RFC 5545: an all-day event a claim. A date that is not sure to the day is tentative, a retracted claim cancelled, and
 * each version a revision (SEQUENCE), so that calendars update instead of doubling.
 */
import { type ClaimFormat, claimUrl, dataOf, describeClaim, type FormattedClaim } from './claim-format.ts';

const MAX_LINE_BYTES = 75;

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

const DAY_MS = 86_400_000;

/** The end of an all-day event is the day it no longer covers. */
const dayAfter = (day: string) => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);

const compact = (text: string) => text.replaceAll(/[-:]/g, '');

function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', String.raw`\;`)
    .replaceAll(',', String.raw`\,`)
    .replaceAll(/\r\n|\r|\n/g, String.raw`\n`)
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ');
}

const toLines = (lines: readonly string[]) => lines.map((line) => `${fold(line)}\r\n`).join('');

/** Lines of at most 75 bytes, never cut within a character. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > MAX_LINE_BYTES) {
      parts.push(part);
      part = '';
      // The space that begins a continued line counts.
      bytes = 1;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join('\r\n ');
}
