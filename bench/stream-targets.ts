/** What is published, as each server takes it: the same message, of the same size on the stream. */
import { toPositionToken } from '@ledgerline/log';
import { markNow } from './stream-marker.ts';

export type Target = {
  readonly url: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @param count messages in one request */
  toBody(count: number): string;
  /** Messages a request takes; undefined: any number. */
  readonly perRequest?: number;
};

let serial = 0;
const padding = 'x'.repeat(330);

/** JSON of an event of about 700 bytes. */
export function claimEvent(): string {
  serial += 1;
  return JSON.stringify({
    specversion: '1.0',
    id: `e-${serial}`,
    source: 'urn:ledgerline:desk:bench',
    subject: `c-${serial}`,
    type: 'statement.issued.v1',
    data: {
      title: `Statement ${serial}`,
      summary: `${markNow()} ${padding}`,
      content: 'Something was said.',
      occurred: { edtf: '2021-08-24', basis: 'stated' },
      reports: [{ publisher: 'Gazette', publishedOn: '2021-08-25' }],
      actors: [{ name: 'A speaker', kind: 'person', role: 'speaker' }],
    },
  });
}

const token = toPositionToken({
  logId: '22222222-2222-4222-8222-222222222222',
  offsets: Array(8).fill(12_345) as number[],
});

/** The frame that ours makes of it. */
export function bareFrame(): string {
  return `data: {"event":${claimEvent()},"partition":3,"offset":12345,"recordedAt":"2026-01-01T00:00:00.000Z","position":"${token}"}\nid: ${token}\n\n`;
}
