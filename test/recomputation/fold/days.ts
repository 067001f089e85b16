/** Dates in EDTF as days, read anew: a date has a first and a last day, an interval has those of its two ends. */

/** `YYYY-MM-DD`; null where open or unknown. */
export type Days = { readonly earliest: string | null; readonly latest: string | null };
export type Range = { readonly earliest: string; readonly latest: string };

export type EdtfReading = Days & {
  readonly precision: 'day' | 'month' | 'year' | 'interval';
  readonly approximate: boolean;
  readonly uncertain: boolean;
  /** The days on which it may begin and end; a word where no date says. */
  readonly start: Range | 'open' | 'unknown';
  readonly end: Range | 'open' | 'unknown';
};

export function isRange(end: Range | 'open' | 'unknown'): end is Range {
  return typeof end === 'object';
}

export function readEdtf(text: string): EdtfReading {
  const slash = text.indexOf('/');
  const approximate = /[~%]/.test(text);
  const uncertain = /[?%]/.test(text);
  if (slash < 0) {
    const range = readDate(text);
    const [, month, day] = text.replace(/[~?%]|T.*$/g, '').split('-');
    const precision = /^\d+X/.test(text)
      ? 'interval'
      : day && day !== 'XX'
        ? 'day'
        : month && month !== 'XX'
          ? 'month'
          : 'year';
    return { ...range, precision, approximate, uncertain, start: range, end: range };
  }
  const start = readEnd(text.slice(0, slash));
  const end = readEnd(text.slice(slash + 1));
  return {
    earliest: isRange(start) ? start.earliest : null,
    latest: isRange(end) ? end.latest : null,
    precision: 'interval',
    approximate,
    uncertain,
    start,
    end,
  };
}

function readEnd(text: string): Range | 'open' | 'unknown' {
  return text === '..' ? 'open' : text === '' ? 'unknown' : readDate(text);
}

/** `~` and `?` each widen by one of the date's own units on both sides, `%` is both. */
function readDate(text: string): Range {
  const widen = text.endsWith('%') ? 2 : /[~?]$/.test(text) ? 1 : 0;
  const bare = text.replace(/[~?%]$/, '').replace(/T.*$/, '');
  const decade = /^(\d{2,3})X+$/.exec(bare);
  if (decade?.[1] !== undefined) {
    const years = 10 ** (4 - decade[1].length);
    const first = Number(decade[1]) * years;
    return { earliest: `${first - widen * years}-01-01`, latest: `${first + years - 1 + widen * years}-12-31` };
  }
  const [year, month, day] = bare
    .replace(/(-XX)+$/, '')
    .split('-')
    .map(Number);
  if (day !== undefined) return { earliest: shift(bare, -widen), latest: shift(bare, widen) };
  if (month !== undefined) {
    const from = (add: number) => new Date(Date.UTC(year ?? 0, month - 1 + add, 1)).toISOString().slice(0, 10);
    return { earliest: from(-widen), latest: shift(from(widen + 1), -1) };
  }
  return { earliest: `${(year ?? 0) - widen}-01-01`, latest: `${(year ?? 0) + widen}-12-31` };
}

/** The day so many days later. */
export function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** How many days from the first to the last, both counted. */
export function countDays(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
}
