import fc from 'fast-check';
import t from 'tap';
import { type MeasureFacts, statusOnDay } from '../src/measures/status-on-day.ts';

const measure = (given: Partial<MeasureFacts> = {}): MeasureFacts => ({
  status: 'adopted',
  occurred: '2021-08-10',
  changes: [],
  replacedOn: [],
  ...given,
});

const table: [fact: string, measure: MeasureFacts, days: Record<string, string | null>][] = [
  [
    'a measure in force is so from the day it occurred',
    measure({ status: 'in-force' }),
    { '2021-08-09': null, '2021-08-10': 'in-force certain', '2030-01-01': 'in-force certain' },
  ],
  [
    'an adopted measure without dates of effect is listed and not in force',
    measure(),
    { '2021-08-09': null, '2021-08-10': 'adopted no' },
  ],
  [
    'an announced measure becomes in force when its effect begins, and is certain then if the end is open',
    measure({ status: 'announced', effective: '2021-09-01/..' }),
    { '2021-08-31': 'announced no', '2021-09-01': 'in-force certain', '2021-12-01': 'in-force certain' },
  ],
  [
    'an inexact beginning makes it possible on every day it may cover',
    measure({ status: 'announced', effective: '2021-09/..' }),
    { '2021-08-31': 'announced no', '2021-09-15': 'in-force possible', '2021-09-30': 'in-force certain' },
  ],
  [
    'an unknown end: certain on the first day, possible after it',
    measure({ effective: '2021-09-01/' }),
    { '2021-09-01': 'in-force certain', '2021-09-02': 'in-force possible', '2029-01-01': 'in-force possible' },
  ],
  [
    'an unknown end, until a status change says more',
    measure({ effective: '2021-09-01/', changes: [{ status: 'in-force', on: '2021-10-01' }] }),
    { '2021-09-30': 'in-force possible', '2021-10-01': 'in-force certain', '2022-01-01': 'in-force certain' },
  ],
  [
    'an unknown end of a measure that is to last a while: certain for so long',
    measure({ effective: '2021-09-01/', minimumDuration: 'P14D' }),
    { '2021-09-01': 'in-force certain', '2021-09-14': 'in-force certain', '2021-09-15': 'in-force possible' },
  ],
  [
    'a status change ends it before its time',
    measure({ effective: '2021-09-01/', minimumDuration: 'P14D', changes: [{ status: 'ended', on: '2021-09-05' }] }),
    { '2021-09-04': 'in-force certain', '2021-09-05': null },
  ],
  [
    'a while that begins inexactly is certain from its last beginning to its first end',
    measure({ effective: '2021-09-01~/', minimumDuration: 'P1W' }),
    {
      '2021-09-01': 'in-force possible',
      '2021-09-02': 'in-force certain',
      '2021-09-06': 'in-force certain',
      '2021-09-07': 'in-force possible',
    },
  ],
  [
    'what was told later of the first day that another change may be of may have come later',
    measure({
      changes: [
        { status: 'resumed', on: '2021-08' },
        { status: 'ended', on: '2021-08-01' },
      ],
    }),
    { '2021-08-01': null, '2021-08-02': 'resumed possible', '2021-09-01': 'resumed possible' },
  ],
  [
    'a measure whose effect is over has ended',
    measure({ effective: '2021-09-01/2021-09-30' }),
    { '2021-09-30': 'in-force certain', '2021-10-01': null },
  ],
  [
    'an inexact end is possible on every day it may cover',
    measure({ effective: '2023-09-10/2025-03' }),
    {
      '2025-03-01': 'in-force certain',
      '2025-03-15': 'in-force possible',
      '2025-03-31': 'in-force possible',
      '2025-04-01': null,
    },
  ],
  [
    'a suspended measure is listed and not in force, a resumed one is again',
    measure({
      status: 'in-force',
      changes: [
        { status: 'suspended', on: '2021-09-01' },
        { status: 'resumed', on: '2021-10-01' },
      ],
    }),
    {
      '2021-08-31': 'in-force certain',
      '2021-09-01': 'suspended no',
      '2021-09-30': 'suspended no',
      '2021-10-01': 'resumed certain',
    },
  ],
  [
    'an ended or replaced measure is not listed from that day on',
    measure({ status: 'in-force', changes: [{ status: 'replaced', on: '2021-09-01' }] }),
    { '2021-08-31': 'in-force certain', '2021-09-01': null },
  ],
  [
    'an inexact change leaves both states possible on the days it may cover',
    measure({ status: 'in-force', changes: [{ status: 'suspended', on: '2021-09' }] }),
    { '2021-08-31': 'in-force certain', '2021-09-10': 'suspended possible', '2021-09-30': 'suspended no' },
  ],
  [
    'an end in some month is possible within it and keeps the measure listed',
    measure({ status: 'in-force', changes: [{ status: 'ended', on: '2021-09' }] }),
    { '2021-09-10': 'in-force possible', '2021-09-30': null },
  ],
  [
    'status changes count by their day and not by when they were recorded',
    measure({
      changes: [
        { status: 'suspended', on: '2021-10-01' },
        { status: 'in-force', on: '2021-09-01' },
      ],
    }),
    { '2021-09-15': 'in-force certain', '2021-10-01': 'suspended no' },
  ],
  [
    'of two changes on one day the one recorded later counts',
    measure({
      changes: [
        { status: 'suspended', on: '2021-09-01' },
        { status: 'resumed', on: '2021-09-01' },
      ],
    }),
    { '2021-09-01': 'resumed certain' },
  ],
  [
    'a status change comes before the dates of effect',
    measure({ effective: '2021-09-01/..', changes: [{ status: 'suspended', on: '2021-08-20' }] }),
    { '2021-08-19': 'adopted no', '2021-09-15': 'suspended no' },
  ],
  [
    'it is listed from the day it was announced',
    measure({ announcedOn: '2021-08-01', status: 'in-force' }),
    { '2021-07-31': null, '2021-08-01': 'announced no', '2021-08-10': 'in-force certain' },
  ],
  [
    'an inexact date of occurrence is possible on every day it may cover',
    measure({ status: 'in-force', occurred: '2021-07' }),
    { '2021-06-30': null, '2021-07-01': 'in-force possible', '2021-07-31': 'in-force certain' },
  ],
  [
    'a measure that another one replaces is over when that one begins',
    measure({ status: 'in-force', replacedOn: ['2021-09-01'] }),
    { '2021-08-31': 'in-force certain', '2021-09-01': null },
  ],
];

for (const [fact, facts, days] of table) {
  t.test(fact, (t) => {
    for (const [day, expected] of Object.entries(days)) {
      const found = statusOnDay(facts, day);
      t.equal(found === null ? null : `${found.status} ${found.inForce}`, expected, day);
    }
    t.end();
  });
}

t.test('certain, possible and no hold over every exact reading of inexact dates', (t) => {
  const month = fc.constantFrom('2021-06', '2021-07', '2021-08');
  const day = fc.tuple(month, fc.integer({ min: 1, max: 30 })).map(([m, d]) => `${m}-${String(d).padStart(2, '0')}`);
  const date = fc.oneof(day, month);
  const facts = fc.record({
    status: fc.constantFrom('announced', 'adopted', 'in-force'),
    occurred: date,
    effective: fc.option(
      fc.tuple(date, fc.constantFrom('..', '2021-09', '2021-09-15')).map((ends) => ends.join('/')),
      { nil: undefined },
    ),
    changes: fc.array(fc.record({ status: fc.constantFrom('in-force', 'suspended', 'ended'), on: date }), {
      maxLength: 2,
    }),
    replacedOn: fc.array(date, { maxLength: 1 }),
  });
  const chosen = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(facts, chosen, day, (inexact, picks, on) => {
      let next = 0;
      const exact = (edtf: string) =>
        edtf
          .split('/')
          .map((end) => (end.length === 7 ? `${end}-${String(picks[next++] ?? 1).padStart(2, '0')}` : end))
          .join('/');
      const reading: MeasureFacts = {
        ...inexact,
        occurred: exact(inexact.occurred),
        effective: inexact.effective === undefined ? undefined : exact(inexact.effective),
        changes: inexact.changes.map(({ status, on: when }) => ({ status, on: exact(when) })),
        replacedOn: inexact.replacedOn.map(exact),
      };
      // Of two that are said to be of one month the one recorded later is taken for the later: no reading of dates.
      const months = [...inexact.changes.map(({ on: when }) => when), ...inexact.replacedOn].map((when) =>
        when.slice(0, 7),
      );
      fc.pre(new Set(months).size === months.length);
      const found = statusOnDay(inexact, on);
      const held = statusOnDay(reading, on);
      if (found === null) return held === null;
      return found.inForce === 'possible' || (held?.inForce === 'certain') === (found.inForce === 'certain');
    }),
    { numRuns: 2_000 },
  );
  t.end();
});
