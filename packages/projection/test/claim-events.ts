/** Events for tests: small, valid, and told apart by what a test says of them. */
import type { EventJson } from '@ledgerline/events';

let made = 0;

type Parts = { readonly subject: string; readonly id?: string; readonly source?: string };
type Data = Readonly<Record<string, unknown>>;

export function eventOf(type: string, { subject, id, source = 'urn:test:desk' }: Parts, data: Data): EventJson {
  made += 1;
  return { specversion: '1.0', id: id ?? `e${made}`, source, type, subject, data };
}

export function reportOf(publishedOn = '2021-08-25', publisher = 'The Daily'): Data {
  return { publisher, publishedOn };
}

export function figureOf(value: number, more: Data = {}): Data {
  const base = { measure: 'crossings', unit: 'person', accounting: 'increment', period: '2021-08', border: 'BY-LT' };
  return { text: `${value} people`, qualifier: 'exact', value, ...base, ...more };
}

export function crossingData(more: Data = {}): Data {
  return {
    title: 'People crossed',
    occurred: { edtf: '2021-08-24', basis: 'stated' },
    outcome: 'crossed',
    quantities: [figureOf(81)],
    reports: [reportOf()],
    ...more,
  };
}

export function statementData(more: Data = {}): Data {
  return {
    title: 'A minister spoke',
    occurred: { edtf: '2021-08-25', basis: 'stated' },
    content: 'It is a hybrid operation.',
    actors: [{ name: 'Arvydas Anušauskas', kind: 'person', role: 'speaker', country: 'LT' }],
    reports: [reportOf()],
    ...more,
  };
}

export function measureData(more: Data = {}): Data {
  return {
    title: 'The border is closed',
    occurred: { edtf: '2021-11-10', basis: 'stated' },
    measureKind: 'closure',
    status: 'adopted',
    actors: [{ name: 'Poland', kind: 'state', role: 'adopter', country: 'PL' }],
    reports: [reportOf('2021-11-12')],
    ...more,
  };
}

export const crossing = (parts: Parts, more: Data = {}) =>
  eventOf('border-crossing.reported.v1', parts, crossingData(more));
export const statement = (parts: Parts, more: Data = {}) => eventOf('statement.issued.v1', parts, statementData(more));
export const measure = (parts: Parts, more: Data = {}) => eventOf('measure.adopted.v1', parts, measureData(more));

export const correction = (parts: Parts, corrected: Data, more: Data = {}) =>
  eventOf('claim.corrected.v1', parts, { corrected, reason: 'source-correction', ...more });
export const retraction = (parts: Parts, reason = 'source-retraction') =>
  eventOf('claim.retracted.v1', parts, { reason });
export const link = (parts: Parts, relation: string, target: string) =>
  eventOf('claims.linked.v1', parts, { relation, target });
export const unlink = (parts: Parts, relation: string, target: string) =>
  eventOf('claims.unlinked.v1', parts, { relation, target });
export const statusChange = (parts: Parts, status: string, edtf: string, publishedOn = '2021-12-01') =>
  eventOf('measure.status-changed.v1', parts, {
    status,
    on: { edtf, basis: 'stated' },
    reports: [reportOf(publishedOn)],
  });
