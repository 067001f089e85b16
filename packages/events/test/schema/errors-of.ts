/** What a claim bent in one place is refused for, as `pointer code`. */
import { parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { crossing, event, measure, quantity, statement } from '../sample-events.ts';

export type Json = Record<string, unknown>;

export function errorsOf(type: string, data: unknown): string[] {
  const result = parseEvent(event(type, data));
  return result.ok ? [] : result.errors.map(({ pointer, code }) => `${pointer} ${code}`);
}
export const ofCrossing = (fields: Json) => errorsOf('border-crossing.reported.v1', crossing(fields));
export const ofStatement = (fields: Json) => errorsOf('statement.issued.v1', statement(fields));
export const ofMeasure = (fields: Json) => errorsOf('measure.adopted.v1', measure(fields));
export const ofQuantity = (fields: Json) => ofCrossing({ quantities: [quantity(fields)] });
export const ofReport = (fields: Json) =>
  ofCrossing({ reports: [{ publisher: 'dpa', publishedOn: '2021', ...fields }] });
export const ofPlace = (fields: Json) =>
  ofCrossing({ places: [{ name: 'x', role: 'city', countries: ['LT'], ...fields }] });
export const ofActor = (fields: Json) =>
  ofCrossing({ actors: [{ name: 'x', kind: 'state', role: 'target', ...fields }] });

/** A value as part of an assertion's name: a line separator in it would break the TAP stream, and lose what follows. */
export const named = (value: unknown) =>
  JSON.stringify(value)
    .replaceAll(/[^ -~]|#/g, '?')
    .slice(0, 50);
