/**
 * How columns become JavaScript values, per pool and never globally: another user of `pg` in the process keeps its own.
 * int8 is a number or a fault, never a rounded number; dates are plain days; instants are RFC 3339 UTC with milliseconds.
 * json and jsonb are parsed, as pg does by default (select `::text` where the text itself matters).
 */
import { types } from 'pg';

const { builtins } = types;
/** Array types have no names in pg-types; these are fixed in pg_type.dat. */
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;
const TIMESTAMPTZ_ARRAY = 1185;

type Parse = (text: string) => unknown;

/** A safe integer; throws where the column holds a larger one, which fails the query. */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is not a safe integer`);
  return value;
}

/** Offsets have seconds where a zone had not yet been brought to whole minutes (Vilnius until 1880). */
const TIMESTAMPTZ = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

/** `2021-08-25 10:11:12.123456+02` as `2021-08-25T08:11:12.123Z`; microseconds are cut off, not rounded. */
export function parseTimestamptz(text: string): string {
  const match = TIMESTAMPTZ.exec(text);
  if (!match) throw new RangeError(`timestamptz ${text} has no RFC 3339 form`);
  const [, day, time, fraction = '', sign, hours, minutes = '0', seconds = '0'] = match;
  const local = Date.parse(`${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  const offsetMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return new Date(sign === '-' ? local + offsetMs : local - offsetMs).toISOString();
}

const asText: Parse = (text) => text;
const arrayOf =
  (parse: Parse): Parse =>
  (text) =>
    // None of these elements is ever quoted or nested, so a split is exact.
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((item) => (item === 'NULL' ? null : parse(unquoted(item))));
const unquoted = (item: string) => (item.startsWith('"') ? item.slice(1, -1) : item);

const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [builtins.INT8, parseInt8],
  [builtins.DATE, asText],
  [builtins.TIMESTAMPTZ, parseTimestamptz],
  [INT8_ARRAY, arrayOf(parseInt8)],
  [DATE_ARRAY, arrayOf(asText)],
  [TIMESTAMPTZ_ARRAY, arrayOf(parseTimestamptz)],
]);

/** For the `types` of a pool, a client or one query. */
export const columnTypes: { getTypeParser: typeof types.getTypeParser } = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const own = format === 'binary' ? undefined : parsers.get(oid);
    return own ?? types.getTypeParser(oid, format);
  },
};
