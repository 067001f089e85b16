import { decodeEvent } from '@ledgerline/events';
import { test } from 'tap';
import { type ClaimStep, foldClaims, type ProjectedEvent, subjectsToLookUp } from '../src/index.ts';
import {
  correction,
  crossing,
  crossingData,
  link,
  measure,
  retraction,
  statementData,
  statusChange,
} from './claim-events.ts';

function project(events: readonly object[]): ProjectedEvent[] {
  return events.map((value, offset) => {
    const decoded = decodeEvent(value);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.errors));
    const recorded = value as ProjectedEvent['recorded'];
    const recordedAt = `2026-01-01T00:00:${String(offset).padStart(2, '0')}.000Z`;
    return { event: decoded.event, raw: JSON.stringify(value), recorded, partition: 0, offset, recordedAt };
  });
}

const summary = (step: ClaimStep) =>
  step.step === 'version'
    ? [step.version.subject, step.version.version, step.version.change, step.version.by.offset, step.version.toOffset]
    : [step.by.event.subject, step.step];

const s = { subject: 's' };

test('versions follow one another, each ended by the next', (t) => {
  const events = project([crossing(s), correction(s, crossingData()), retraction(s)]);
  const { steps, ended, ignored } = foldClaims(new Map(), events);
  t.same(steps.map(summary), [
    ['s', 1, 'added', 0, 1],
    ['s', 2, 'corrected', 1, 2],
    ['s', 3, 'retracted', 2, null],
  ]);
  t.same([ended, ignored], [[], {}]);
  t.end();
});

test('a version from before the batch is ended by the first of the batch', (t) => {
  const [first] = project([crossing(s)]);
  const before = foldClaims(new Map(), first ? [first] : []).steps[0];
  if (before?.step !== 'version') throw new Error('no version');
  const { version, kind, type, firstRecordedAt, published } = before.version;
  const head = {
    subject: 's',
    version,
    kind,
    type,
    firstRecordedAt,
    published,
    retracted: false,
    seen: new Set<string>(),
  };
  const { steps, ended } = foldClaims(
    new Map([['s', head]]),
    project([link(s, 'updates', 'x'), correction(s, crossingData())]),
  );
  t.same(ended, [{ subject: 's', version: 1, toOffset: 1 }]);
  t.same(steps.map(summary), [
    ['s', 'link'],
    ['s', 2, 'corrected', 1, null],
  ]);
  t.equal(steps[1]?.step === 'version' && steps[1].version.firstRecordedAt, firstRecordedAt);
  t.end();
});

test('what stands in the log against the subject rule is left out, with the reason', (t) => {
  const events = project([
    correction(s, crossingData()),
    crossing(s),
    crossing(s),
    correction(s, statementData()),
    statusChange(s, 'ended', '2021'),
    retraction(s),
    retraction(s),
    link(s, 'updates', 'x'),
    link({ subject: 'nobody' }, 'updates', 'x'),
  ]);
  const { steps, ignored } = foldClaims(new Map(), events);
  t.same(steps.map(summary), [
    ['s', 1, 'added', 1, 5],
    ['s', 2, 'retracted', 5, null],
  ]);
  t.same(ignored, { 'unknown-subject': 2, 'subject-exists': 1, 'kind-mismatch': 2, 'retracted-subject': 2 });
  t.end();
});

test('a second record of one source and id has no effect, whatever it says', (t) => {
  const events = project([
    crossing({ ...s, id: 'a' }),
    correction({ ...s, id: 'b' }, crossingData({ title: 'one' })),
    correction({ ...s, id: 'c' }, crossingData({ title: 'two' })),
    correction({ ...s, id: 'b' }, crossingData({ title: 'one' })),
    correction({ ...s, id: 'b', source: 'urn:test:other' }, crossingData({ title: 'three' })),
    crossing({ ...s, id: 'a' }),
  ]);
  const { steps, ignored } = foldClaims(new Map(), events);
  t.same(
    steps.map((step) => step.step === 'version' && step.version.claim?.data.title),
    ['People crossed', 'one', 'two', 'three'],
  );
  t.same(ignored, { duplicate: 2 });
  t.end();
});

test('a correction is published when its own report was, or else when the version before was', (t) => {
  const reports = [{ publisher: 'dpa', publishedOn: '2021-09' }];
  const events = project([crossing(s), correction(s, crossingData(), { reports }), correction(s, crossingData())]);
  const { steps } = foldClaims(new Map(), events);
  t.same(
    steps.map((step) => step.step === 'version' && step.version.published),
    [
      { earliest: '2021-08-25', latest: '2021-08-25' },
      { earliest: '2021-09-01', latest: '2021-09-30' },
      { earliest: '2021-09-01', latest: '2021-09-30' },
    ],
  );
  t.end();
});

test('only subjects with more than a first event are looked up', (t) => {
  const events = project([
    crossing({ subject: 'new' }),
    measure({ subject: 'm' }),
    statusChange({ subject: 'm' }, 'ended', '2021'),
  ]);
  t.same(subjectsToLookUp(events), ['m']);
  t.end();
});
