/** Small valid events for tests to bend. */

type Json = Record<string, unknown>;

export function event(type: string, data: unknown, attributes: Json = {}): Json {
  return {
    specversion: '1.0',
    id: 'e-1',
    source: 'urn:ledgerline:desk:test',
    type,
    subject: 'claim-1',
    data,
    ...attributes,
  };
}

const report = { publisher: 'dpa', publishedOn: '2021-08-01' };

export function quantity(fields: Json = {}): Json {
  return {
    text: 'almost 4,200',
    qualifier: 'almost',
    value: 4200,
    measure: 'crossings',
    unit: 'person',
    accounting: 'cumulative',
    period: '2021-01-01/2021-08-25',
    border: 'BY-LT',
    ...fields,
  };
}

export function crossing(fields: Json = {}): Json {
  return {
    title: 'Crossings this year',
    occurred: { edtf: '2021-01-01/2021-08-25', basis: 'inferred' },
    reports: [report],
    quantities: [quantity()],
    outcome: 'crossed',
    ...fields,
  };
}

export function statement(fields: Json = {}): Json {
  return {
    title: 'A joint letter',
    occurred: { edtf: '2021-08-01', basis: 'relative', text: 'on Sunday' },
    reports: [report],
    actors: [{ name: 'Gitanas Nausėda', kind: 'person', role: 'speaker', country: 'LT', office: 'president' }],
    content: 'Borders are a joint task',
    ...fields,
  };
}

export function measure(fields: Json = {}): Json {
  return {
    title: 'Turning back begins',
    occurred: { edtf: '2021-08-03', basis: 'stated' },
    reports: [report],
    actors: [{ name: 'State Border Guard Service', kind: 'agency', role: 'adopter', country: 'LT' }],
    measureKind: 'pushback',
    status: 'in-force',
    effective: '2021-08-03/..',
    ...fields,
  };
}

export function statusChange(fields: Json = {}): Json {
  return { status: 'suspended', on: { edtf: '2021-08', basis: 'inferred' }, reports: [report], ...fields };
}
