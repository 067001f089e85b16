import edtf from 'edtf';
import * as fc from 'fast-check';
import { test } from 'tap';
import { arbitraryEdtf } from '../../../testkit/src/arbitrary-events.ts';
import { type Edtf, parseEdtf } from '../../src/edtf/parse-edtf.ts';

const day = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 10));
/** The oracle refuses an interval of one month or year written twice. */
const sameTwice = /^(.+)\/\1$/;
const brief = (parsed: Edtf | null) => parsed && `${parsed.earliest} ${parsed.latest} ${parsed.precision}`;

await test('a date covers the days its precision leaves open', async (t) => {
  for (const [text, expected] of [
    ['2021-08-24', '2021-08-24 2021-08-24 day'],
    ['2021-08', '2021-08-01 2021-08-31 month'],
    ['2020-02', '2020-02-01 2020-02-29 month'],
    ['2021', '2021-01-01 2021-12-31 year'],
    ['2021-08-XX', '2021-08-01 2021-08-31 month'],
    ['2021-XX', '2021-01-01 2021-12-31 year'],
    ['2021-XX-XX', '2021-01-01 2021-12-31 year'],
    ['202X', '2020-01-01 2029-12-31 interval'],
    ['20XX', '2000-01-01 2099-12-31 interval'],
    ['0001', '0001-01-01 0001-12-31 year'],
    ['9999', '9999-01-01 9999-12-31 year'],
  ] as const) {
    t.equal(brief(parseEdtf(text)), expected, text);
  }
});

await test('~ and ? widen a date by one unit of its precision on both sides, % by two', async (t) => {
  for (const [text, expected, approximate, uncertain] of [
    ['2021-08-24~', '2021-08-23 2021-08-25 day', true, false],
    ['2021-08-31?', '2021-08-30 2021-09-01 day', false, true],
    ['2021-01-01%', '2020-12-30 2021-01-03 day', true, true],
    ['2021-08~', '2021-07-01 2021-09-30 month', true, false],
    ['2021-12?', '2021-11-01 2022-01-31 month', false, true],
    ['2021~', '2020-01-01 2022-12-31 year', true, false],
    ['2021%', '2019-01-01 2023-12-31 year', true, true],
    ['2021-08-XX~', '2021-07-01 2021-09-30 month', true, false],
    ['202X?', '2010-01-01 2039-12-31 interval', false, true],
    ['2021-08-20~/2021-09?', '2021-08-19 2021-10-31 interval', true, true],
    ['0001~', '0001-01-01 0002-12-31 year', true, false],
    ['9999-12~', '9999-11-01 9999-12-31 month', true, false],
  ] as const) {
    const parsed = parseEdtf(text);
    t.equal(brief(parsed), expected, text);
    t.match(parsed, { approximate, uncertain }, text);
  }
});

await test('an open end is told from an unknown one, and both have no day', async (t) => {
  t.match(parseEdtf('2021-08-03/..'), { earliest: '2021-08-03', latest: null, openEnd: true, unknownEnd: false });
  t.match(parseEdtf('2021-08-03/'), { earliest: '2021-08-03', latest: null, openEnd: false, unknownEnd: true });
  t.match(parseEdtf('../2021-08'), { earliest: null, latest: '2021-08-31', openStart: true, unknownStart: false });
  t.match(parseEdtf('/2021-08'), { earliest: null, latest: '2021-08-31', openStart: false, unknownStart: true });
  t.match(parseEdtf('2021-08-03/..'), { start: { earliest: '2021-08-03', latest: '2021-08-03' }, end: null });
});

await test('each end of an interval says on which days it may lie', async (t) => {
  const parsed = parseEdtf('2021-01-01/2021-08-20~');
  t.match(parsed?.start, { earliest: '2021-01-01', latest: '2021-01-01', approximate: false });
  t.match(parsed?.end, { earliest: '2021-08-19', latest: '2021-08-21', approximate: true, precision: 'day' });
  t.match(parseEdtf('2021-09/..')?.start, { earliest: '2021-09-01', latest: '2021-09-30', precision: 'month' });
  t.match(parseEdtf('2021-08'), { start: { earliest: '2021-08-01' }, end: { latest: '2021-08-31' } });
});

await test('a time of day counts as the day written, whatever its offset', async (t) => {
  for (const text of [
    '2021-08-24T05:30:00',
    '2021-08-24T05:30:00Z',
    '2021-08-24T00:30:00+03:00',
    '2021-08-24T23:30:00-05',
    '2021-08-24T05:30:00.125Z',
  ]) {
    t.equal(brief(parseEdtf(text)), '2021-08-24 2021-08-24 day', text);
  }
});

await test('what is not EDTF of level 0 or 1, or in no calendar, is refused', async (t) => {
  for (const text of [
    '',
    ' ',
    '/',
    '..',
    '../..',
    '../',
    '/..',
    '2021-02-29',
    '2021-02-30',
    '2021-13',
    '2021-00',
    '2021-08-00',
    '2021-08-32',
    '0000',
    '0000-12-31',
    '99999',
    '-2021',
    'Y2021',
    'Y17E8',
    '2021-21',
    '2021-24',
    '2021-8-24',
    '20210824',
    '2021-08-24 ',
    '2021-08-24\n',
    '2021/2020',
    '2021-08-24/2021-08-20',
    '2021-XX/2022',
    '2021-XX-05',
    'XXXX',
    '2XXX',
    '?2021',
    '2021-08?-24',
    '{2021,2022}',
    '[2021,2022]',
    '2021-08-24T05:30',
    '2021-08-24T24:00:00',
    '2021-08-24T05:60:00Z',
    '2021-08-24T05:30:00+24:00',
    '2021-02-30T05:30:00Z',
    '2021-08-24T05:30:00Z/2021-08-25',
    '2021-08T05:30:00Z',
    '2021-08-24~T05:30:00Z',
    '2021-01/2021-02/2021-03',
    '２０２１',
    `2021${'~'.repeat(10000)}`,
  ]) {
    t.equal(parseEdtf(text), null, JSON.stringify(text.slice(0, 40)));
  }
});

await test('an interval may end in the month it begins in', async (t) => {
  t.equal(brief(parseEdtf('2021-08-24/2021-08')), '2021-08-24 2021-08-31 interval');
  t.equal(brief(parseEdtf('2021/2021')), '2021-01-01 2021-12-31 interval');
});

await test('bounds equal those of npm’s edtf wherever that is right: no qualifiers, open ends or times', async (t) => {
  const comparable = arbitraryEdtf.filter((text) => !/[~?%T]|\.\.|^\/|\/$/.test(text) && !sameTwice.test(text));
  fc.assert(
    fc.property(comparable, (text) => {
      const parsed = parseEdtf(text);
      const oracle = edtf(text);
      t.equal(parsed?.earliest, day(oracle.min), text);
      t.equal(parsed?.latest, day(oracle.max), text);
    }),
    { numRuns: 300 },
  );
});

await test('every date of the levels taken is taken by npm’s edtf, but for a qualified decade and twice the same month', async () => {
  fc.assert(
    fc.property(
      arbitraryEdtf.filter((text) => !/X[~?%]/.test(text) && !sameTwice.test(text)),
      (text) => edtf(text) !== null && parseEdtf(text) !== null,
    ),
    { numRuns: 300 },
  );
});

await test('widening never narrows', async () => {
  fc.assert(
    fc.property(
      arbitraryEdtf.filter((text) => !/[~?%T/]/.test(text)),
      fc.constantFrom('~', '?', '%'),
      (text, sign) => {
        const [plain, widened] = [parseEdtf(text), parseEdtf(text + sign)];
        if (plain?.earliest == null || plain.latest === null) return false;
        return (widened?.earliest ?? '~') < plain.earliest && (widened?.latest ?? '') > plain.latest;
      },
    ),
  );
});

await test('a date parsed lately is not parsed again', async (t) => {
  t.equal(parseEdtf('2021-08-24'), parseEdtf('2021-08-24'));
});
