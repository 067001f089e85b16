/** Claims of a test's own, besides the seeds and the generated histories. */
import { randomUUID } from 'node:crypto';
import type { EventJson } from '@ledgerline/testkit';

/** A valid statement, with an id and a subject that nothing else has. */
export function statement(title = 'Said by nobody but this test'): EventJson {
  const name = randomUUID();
  return {
    specversion: '1.0',
    id: `${name}.1`,
    source: 'urn:ledgerline:desk:e2e',
    type: 'statement.issued.v1',
    subject: name,
    time: '2021-08-25T10:15:00Z',
    datacontenttype: 'application/json',
    data: {
      title,
      occurred: { edtf: '2021-08-25', basis: 'stated' },
      actors: [{ name: 'Nobody', kind: 'person', role: 'speaker' }],
      reports: [{ publisher: 'Nowhere Gazette', publishedOn: '2021-08-25' }],
      content: 'The weather is fine: Nausėda, “quoted” 😀.',
    },
  };
}
