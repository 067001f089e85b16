/** Rows with a value of every type that is encoded, and how they are compared with what PostgreSQL gives back. */
import fc from 'fast-check';
import type { Columns } from '../src/index.ts';

export type EncodedRow = {
  readonly text: string | null;
  readonly integer: number | null;
  readonly bigint: number | null;
  readonly double: number | null;
  readonly boolean: boolean | null;
  readonly date: string | null;
  readonly timestamptz: string | null;
  readonly json: unknown;
  readonly list: readonly string[];
};

/** In the order of the row's properties. */
export const encodedColumns: Columns<EncodedRow> = [
  ['text', 'text'],
  ['integer', 'integer'],
  ['bigint', 'bigint'],
  ['double', 'double'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['timestamptz', 'timestamptz'],
  ['json', 'json'],
  ['list', 'list'],
];

const storable = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\u0000', ''));
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });

export const anyRow: fc.Arbitrary<EncodedRow> = fc.record({
  text: orNull(storable),
  integer: orNull(fc.integer()),
  bigint: orNull(fc.maxSafeInteger()),
  double: orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  boolean: orNull(fc.boolean()),
  date: orNull(day.map((value) => value.toISOString().slice(0, 10))),
  timestamptz: orNull(day.map((value) => value.toISOString())),
  json: orNull(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(storable, fc.integer(), fc.boolean()))),
  list: fc.array(fc.stringMatching(/^[^\u0000-\u001f]{1,9}$/u), { maxLength: 4 }),
});

/** Keys in one order; -0 is 0 in JSON. */
export function comparable(row: EncodedRow): unknown {
  const json = row.json === null ? null : inKeyOrder(row.json as Record<string, unknown>);
  const { text, integer, bigint, double, boolean, date, timestamptz, list } = row;
  return { text, integer, bigint, double, boolean, date, timestamptz, json, list };
}

const inKeyOrder = (value: Record<string, unknown>) =>
  Object.fromEntries(
    Object.keys(value)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((key) => [key, value[key]]),
  );
