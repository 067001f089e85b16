import type { Interval } from '@ledgerline/client';
import t from 'tap';
import { createJobProgress } from '../src/admin/job-progress.ts';
import { formatInterval } from '../src/output/columns.ts';
import { createProgress } from '../src/output/progress.ts';
import { formatTable } from '../src/output/table.ts';
import { parseMoment } from '../src/parse-moment.ts';

const interval = (rest: Partial<Interval>): Interval => ({
  lower: 0,
  best: null,
  upper: null,
  lowerInclusive: true,
  upperInclusive: true,
  ...rest,
});

t.test('open and exclusive bounds are written as they are', (t) => {
  t.equal(formatInterval(interval({ lower: 4100, lowerInclusive: false })), '> 4100');
  t.equal(formatInterval(interval({ lower: 20 })), '≥ 20');
  t.equal(formatInterval(interval({ lower: 3780, upper: 4200, upperInclusive: false })), '[3780, 4200)');
  t.equal(formatInterval(interval({ lower: 0, best: 0, upper: 0 })), '0');
  t.equal(formatInterval(interval({ lower: 90, best: 100, upper: 110 })), '100 in [90, 110]');
  t.end();
});

t.test('a table lines up, cuts what is long, and lets no text move the cursor', (t) => {
  const columns = [
    { title: 'N', value: (item: { n: number; text: string }) => item.n, align: 'right' as const },
    { title: 'TEXT', value: (item: { text: string }) => item.text, maxWidth: 8 },
  ];
  const items = [
    { n: 1, text: 'é👩‍👩‍👧ž' },
    { n: 100, text: 'a\u001b[31mred\r\n\u202e' },
  ];
  t.equal(formatTable(columns, items), '  N  TEXT\n  1  é👩‍👩‍👧ž\n100  a␣[31mr…\n');
  t.end();
});

t.test('moments of people become times; everything else is left as it is', (t) => {
  const now = () => Date.parse('2021-08-24T12:00:00Z');
  t.equal(parseMoment('1h', now), '2021-08-24T11:00:00.000Z');
  t.equal(parseMoment('2d', now), '2021-08-22T12:00:00.000Z');
  for (const same of ['earliest', '2021-08-24', 'AbC-_', '1y']) t.equal(parseMoment(same, now), same);
  t.end();
});

t.test('a job is told in the service’s own words: a bar on a terminal, elsewhere a line a phase', (t) => {
  const job = { view: 'timeline', phase: 'filling', events: { done: 500, total: 2000 }, rate: 250.4, etaSeconds: 5.2 };
  const begun = { ...job, phase: 'requested', events: { done: 0, total: null }, rate: null, etaSeconds: null };
  const indexing = { ...job, phase: 'indexing', events: { done: 2000, total: 2000 }, rate: null, etaSeconds: null };
  const told = (errorIsTerminal: boolean) => {
    let written = '';
    const progress = createJobProgress({ error: (text) => void (written += text), errorIsTerminal }, () => 0);
    for (const one of [begun, job, job, indexing]) progress.update(one);
    progress.finish();
    return written;
  };
  const lines = [
    'timeline  [--------------------]  requested',
    'timeline  [#####---------------]  25 %  500 of 2000 events  250/s  6 s left  filling',
    'timeline  [####################]  100 %  2000 of 2000 events  indexing',
  ];
  t.equal(told(false), lines.map((line) => `${line}\n`).join(''));
  const drawn = told(true).split('\r');
  t.strictSame(
    drawn.map((line) => line.trimEnd()),
    ['', lines[0], lines[1], lines[1], lines[2], '', ''],
  );
  t.equal(drawn[4]?.length, lines[1]?.length, 'what was there is drawn over');
  t.end();
});

t.test('progress says share, rate and time left, not more often than it can be read', (t) => {
  let clock = 0;
  let written = '';
  const error = (text: string) => void (written += text);
  const progress = createProgress({ error, errorIsTerminal: true }, { total: 1000, noun: 'events' }, () => clock);
  progress.update(1, 1);
  t.equal(written, '');
  clock = 2_000;
  progress.update(250, 500, '1 refused');
  t.equal(written, '\r25 %  500 events  250/s  6 s left  1 refused');
  progress.finish();
  t.match(written, /\r +\r$/);
  t.end();
});
