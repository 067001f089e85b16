/** Valid events to start from; what a test changes is what it is about. */
let made = 0;

type Fields = Readonly<Record<string, unknown>>;

const reports = [{ publisher: 'dpa', publishedOn: '2021-08-01' }];
const occurred = { edtf: '2021-08-24', basis: 'stated' };

export const statementData: Fields = {
  title: 'A minister says something',
  occurred,
  reports,
  actors: [{ name: 'Gabrielius Landsbergis', kind: 'person', role: 'speaker', country: 'LT' }],
  content: 'It is no migration crisis.',
};

export function statement(fields: Fields = {}, data: Fields = {}): Record<string, unknown> {
  const number = ++made;
  return {
    specversion: '1.0',
    id: `event-${number}`,
    source: 'urn:ledgerline:desk:test',
    type: 'statement.issued.v1',
    subject: `claim-${number}`,
    data: { ...statementData, ...data },
    ...fields,
  };
}

export const quantity: Fields = {
  text: '164',
  qualifier: 'exact',
  value: 164,
  measure: 'attempts',
  unit: 'attempt',
  accounting: 'increment',
  period: '2021-08-24',
  border: 'BY-LV',
};

export function crossing(fields: Fields = {}, data: Fields = {}): Record<string, unknown> {
  const plain = { title: 'Attempts at the border', occurred, reports, outcome: 'attempted', quantities: [quantity] };
  return statement({ type: 'border-crossing.reported.v1', data: { ...plain, ...data }, ...fields });
}

export function correction(subject: string, fields: Fields = {}): Record<string, unknown> {
  const data = { corrected: { ...statementData, title: 'Another title' }, reason: 'source-correction' };
  return statement({ type: 'claim.corrected.v1', subject, data, ...fields });
}

export function retraction(subject: string, fields: Fields = {}): Record<string, unknown> {
  return statement({ type: 'claim.retracted.v1', subject, data: { reason: 'duplicate' }, ...fields });
}
