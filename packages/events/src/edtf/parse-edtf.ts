/**
 * Extended Date/Time Format (ISO 8601-2), level 0 and 1 without seasons, years 0001–9999: our own parser,
 * because npm's `edtf` errs on the bounds of `~`, `?` and open ends (docs/decisions/0002-own-edtf-parser.md).
 * A qualified date is widened by one unit of its own precision on both sides, by two where `%` says both.
 */
import { addDays, firstOfMonth, isCalendarDate, lastOfMonth, toIsoDate, yearSpan } from './calendar.ts';
import { createRecentValues } from './recent-values.ts';

/** The days between which something lies, both included. */
export type DateBounds = { readonly earliest: string; readonly latest: string };

/** One end of an interval: a date, `..` (open: goes on without end) or nothing (unknown: there is an end). */
export type EdtfEnd = DateBounds & {
  readonly precision: 'day' | 'month' | 'year';
  readonly approximate: boolean;
  readonly uncertain: boolean;
};

export type Edtf = {
  /** First day it may touch, `YYYY-MM-DD`; null where the start is open or unknown. */
  readonly earliest: string | null;
  /** Last day it may touch; null where the end is open or unknown. */
  readonly latest: string | null;
  readonly precision: 'day' | 'month' | 'year' | 'interval';
  readonly approximate: boolean;
  readonly uncertain: boolean;
  readonly openStart: boolean;
  readonly openEnd: boolean;
  readonly unknownStart: boolean;
  readonly unknownEnd: boolean;
  /** On which days the start and the end themselves may lie; null where open or unknown. A date is its own start and end. */
  readonly start: EdtfEnd | null;
  readonly end: EdtfEnd | null;
};

const date = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?([~?%])?$/;
const unspecified = /^(\d{4}-\d\d-XX|\d{4}-XX(?:-XX)?|\d{3}X|\d\dXX)([~?%])?$/;
const time = /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3])(?::[0-5]\d)?)?$/;

const maxLength = 64;
/** Claims repeat their dates: most are parsed once. */
const cache = createRecentValues<Edtf | null>(4096);

/** The date's bounds and precision, or null where `text` is no EDTF of the levels taken. Cached; the value is shared. */
export function parseEdtf(text: string): Edtf | null {
  if (text.length > maxLength) return null;
  let parsed = cache.get(text);
  if (parsed === undefined) {
    parsed = parse(text);
    cache.set(text, parsed);
  }
  return parsed;
}

function parse(text: string): Edtf | null {
  const slash = text.indexOf('/');
  if (slash >= 0) return parseInterval(text.slice(0, slash), text.slice(slash + 1));
  const end = parseDate(text) ?? parseUnspecified(text) ?? parseDateTime(text);
  return end === null ? null : fromDate(end);
}

function fromDate(end: EdtfEnd & { readonly several?: true }): Edtf {
  const { several, ...bounds } = end;
  return {
    earliest: bounds.earliest,
    latest: bounds.latest,
    precision: several ? 'interval' : bounds.precision,
    approximate: bounds.approximate,
    uncertain: bounds.uncertain,
    openStart: false,
    openEnd: false,
    unknownStart: false,
    unknownEnd: false,
    start: bounds,
    end: bounds,
  };
}

/** Level 1 has no unspecified digits and no time of day in an interval; one end at least is a date. */
function parseInterval(startText: string, endText: string): Edtf | null {
  const start = parseEnd(startText);
  const end = parseEnd(endText);
  if (start === null || end === null) return null;
  const [startDate, endDate] = [typeof start === 'string' ? null : start, typeof end === 'string' ? null : end];
  if (startDate === null && endDate === null) return null;
  if (startDate !== null && endDate !== null && startDate.earliest > endDate.latest) return null;
  return {
    earliest: startDate?.earliest ?? null,
    latest: endDate?.latest ?? null,
    precision: 'interval',
    approximate: (startDate?.approximate ?? false) || (endDate?.approximate ?? false),
    uncertain: (startDate?.uncertain ?? false) || (endDate?.uncertain ?? false),
    openStart: start === 'open',
    openEnd: end === 'open',
    unknownStart: start === 'unknown',
    unknownEnd: end === 'unknown',
    start: startDate,
    end: endDate,
  };
}

function parseEnd(text: string): EdtfEnd | 'open' | 'unknown' | null {
  if (text === '..') return 'open';
  return text === '' ? 'unknown' : parseDate(text);
}

function parseDate(text: string): EdtfEnd | null {
  const match = date.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  if (!isCalendarDate(year, month, day)) return null;
  const qualified = qualifiers(match[4]);
  const units = qualified.units;
  const flags = { approximate: qualified.approximate, uncertain: qualified.uncertain };
  if (match[3] !== undefined) {
    const exact = units === 0 ? toIsoDate(year, month, day) : null;
    return {
      earliest: exact ?? addDays(year, month, day, -units),
      latest: exact ?? addDays(year, month, day, units),
      precision: 'day',
      ...flags,
    };
  }
  if (match[2] !== undefined) {
    return {
      earliest: firstOfMonth(year, month, -units),
      latest: lastOfMonth(year, month, units),
      precision: 'month',
      ...flags,
    };
  }
  return { ...yearSpan(year - units, year + units), precision: 'year', ...flags };
}

/** `2021-08-XX`, `2021-XX`, `2021-XX-XX`, `202X`, `20XX`: some day of the month, year, decade or century. */
function parseUnspecified(text: string): (EdtfEnd & { readonly several?: true }) | null {
  const match = unspecified.exec(text);
  const digits = match?.[1];
  if (match === null || digits === undefined) return null;
  const qualifier = match[2] ?? '';
  if (digits.charAt(3) !== 'X') return parseDate(digits.replace(/(?:-XX)+$/, '') + qualifier);
  const size = digits.charAt(2) === 'X' ? 100 : 10;
  const first = Number(digits.replaceAll('X', '0'));
  const { units, approximate, uncertain } = qualifiers(match[2]);
  const span = yearSpan(first - units * size, first + size - 1 + units * size);
  return { ...span, precision: 'year', approximate, uncertain, several: true };
}

/** The day is the one written, in the offset written: the claim's own day, wherever the reader is. */
function parseDateTime(text: string): EdtfEnd | null {
  if (text.charAt(10) !== 'T' || !time.test(text.slice(10))) return null;
  const day = text.slice(0, 10);
  return /[~?%]$/.test(day) || day.length !== 10 ? null : wholeDay(day);
}

function wholeDay(text: string): EdtfEnd | null {
  const parsed = parseDate(text);
  return parsed?.precision === 'day' ? parsed : null;
}

function qualifiers(sign: string | undefined): { units: 0 | 1 | 2; approximate: boolean; uncertain: boolean } {
  const approximate = sign === '~' || sign === '%';
  const uncertain = sign === '?' || sign === '%';
  return { units: sign === undefined ? 0 : sign === '%' ? 2 : 1, approximate, uncertain };
}
