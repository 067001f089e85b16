/** Claims as the formats get them: plain ones, and ones that try to break out of a format. */
import type { FormatContext, FormattedClaim } from '../../src/formats/claim-format.ts';

export const context: FormatContext = {
  origin: 'http://127.0.0.1:8080',
  url: 'http://127.0.0.1:8080/v1/timeline?country=LT&format=x',
  position: 'cG9zaXRpb24',
  next: 'http://127.0.0.1:8080/v1/timeline?country=LT&format=x&cursor=c',
};

export function claim(rest: Partial<FormattedClaim> = {}): FormattedClaim {
  return {
    subject: 'c-1',
    kind: 'border-crossing',
    type: 'border-crossing.reported.v1',
    state: 'current',
    version: 1,
    title: 'Almost 4,200 crossings in 2021',
    occurred: {
      edtf: '2021-08-24',
      earliest: '2021-08-24',
      latest: '2021-08-24',
      precision: 'day',
      approximate: false,
      uncertain: false,
      basis: 'stated',
    },
    published: { earliest: '2021-08-25', latest: '2021-08-25' },
    recordedAt: '2026-01-01T00:00:00.001Z',
    position: 'cA',
    figures: [
      {
        series: 'crossings:person:BY-LT',
        accounting: 'cumulative',
        period: '2021-01-01/2021-08-25',
        text: 'almost 4,200',
        lower: 3780,
        best: null,
        upper: 4200,
        lowerInclusive: true,
        upperInclusive: false,
      },
      {
        series: 'turned-back:person:BY-LT',
        accounting: 'increment',
        period: '2021-08-24',
        text: 'more than 2',
        lower: 2,
        best: null,
        upper: null,
        lowerInclusive: false,
        upperInclusive: false,
      },
    ],
    relations: [],
    incident: 'c-1',
    reason: null,
    note: null,
    event: { source: 'urn:ledgerline:test', id: 'e-1' },
    data: {
      title: 'Almost 4,200 crossings in 2021',
      places: [{ name: 'Border', role: 'border', countries: ['BY', 'LT'] }],
      actors: [],
      tags: ['border, north'],
      reports: [{ publisher: 'Wire', publishedOn: '2021-08-25', url: 'https://wire.example/1?a=1&b=2' }],
    },
    ...rest,
  };
}

const hostileText = 'a "quoted", line; \\ <script>alert(1)</script> & \u0001 žąsis 🦆 \u202eabc';

export const claims: readonly FormattedClaim[] = [
  claim(),
  claim({
    subject: 'c-2',
    title: "=cmd|' /C calc'!A0",
    figures: [],
    data: {
      title: 'x',
      summary: `${hostileText}\r\nBEGIN:VEVENT\n]]></content>`.repeat(3),
      reports: [{ publisher: '@SUM(A1)', publishedOn: '2021' }],
    },
  }),
  claim({
    subject: 'c-3',
    title: hostileText,
    version: 3,
    occurred: {
      edtf: '../2021-08',
      earliest: null,
      latest: '2021-08-31',
      precision: 'interval',
      approximate: false,
      uncertain: false,
      basis: 'inferred',
    },
  }),
  claim({ subject: 'c-4', state: 'retracted', reason: 'unlawful', data: null, version: 2, figures: [] }),
  claim({
    subject: 'c-5',
    kind: 'statement',
    occurred: {
      edtf: '../..',
      earliest: null,
      latest: null,
      precision: 'interval',
      approximate: false,
      uncertain: false,
      basis: 'inferred',
    },
    data: {
      places: [
        { name: 'Gate', role: 'crossing', countries: ['BY', 'LT'], point: [25.65, 54.5] },
        { name: 'Vilnius', role: 'city', countries: ['LT'] },
      ],
    },
  }),
];
