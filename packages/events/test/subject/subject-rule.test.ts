import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { test } from 'tap';
import { arbitraryHistory } from '../../../testkit/src/arbitrary-events.ts';
import { canonicalJson } from '../../src/canonical-json.ts';
import { parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { contentForComparison } from '../../src/content-for-comparison.ts';
import type { LedgerEvent } from '../../src/schema/event-types.ts';
import { createSubjectRule, type Refusal } from '../../src/subject/subject-rule.ts';
import type { SubjectState } from '../../src/subject/subject-state.ts';
import { crossing, event, measure, statement, statusChange } from '../sample-events.ts';

type Json = Record<string, unknown>;

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
const rule = createSubjectRule(sha256);

/** A log in memory: what the rule lets in moves the subject's state, what it refuses does not. */
function createSubjects({ relatedOnEvolve }: { relatedOnEvolve: boolean } = { relatedOnEvolve: true }) {
  const states = new Map<string, SubjectState>();
  const stateOf = (subject: string) => states.get(subject);
  function admit(value: unknown): { refusal: Refusal; atomic: boolean } | null {
    const parsed = parseEvent(value);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const related = new Set([parsed.event.subject, ...rule.related(parsed.event)]);
    // The log gives the states of the subjects that `related` names, and no others.
    const visible = (subject: string) => (related.has(subject) ? stateOf(subject) : undefined);
    const refused = rule.check(parsed.event, visible);
    if (refused === null) {
      const { subject } = parsed.event;
      states.set(subject, rule.evolve(stateOf(subject), parsed.event, ...(relatedOnEvolve ? [visible] : [])));
    }
    return refused;
  }
  return { states, admit, code: (value: unknown) => admit(value)?.refusal.code ?? 'stored' };
}

const on = (subject: string, attributes: Json = {}) => ({ subject, ...attributes });
const reportOf = (subject: string, data: Json = crossing(), attributes: Json = {}) =>
  event('border-crossing.reported.v1', data, on(subject, attributes));
const sayOf = (subject: string) => event('statement.issued.v1', statement(), on(subject));
const measureOf = (subject: string, fields: Json = {}) => event('measure.adopted.v1', measure(fields), on(subject));
const correctOf = (subject: string, corrected: Json = crossing()) =>
  event('claim.corrected.v1', { corrected, reason: 'transcription' }, on(subject));
const retractOf = (subject: string) => event('claim.retracted.v1', { reason: 'duplicate' }, on(subject));
const changeOf = (subject: string) => event('measure.status-changed.v1', statusChange(), on(subject));
const linkOf = (subject: string, target: string, relation = 'same-incident') =>
  event('claims.linked.v1', { relation, target }, on(subject));
const unlinkOf = (subject: string, target: string, relation = 'same-incident') =>
  event('claims.unlinked.v1', { relation, target }, on(subject));

const related = (target: string) => crossing({ relations: [{ type: 'same-incident', target }] });
const parsed = (value: unknown) => (parseEvent(value) as { event: LedgerEvent }).event;

await test('what follows an unknown subject is refused, unless it begins a claim', async (t) => {
  for (const follow of [correctOf('a'), retractOf('a'), changeOf('a'), linkOf('a', 'b'), unlinkOf('a', 'b')]) {
    const refused = createSubjects().admit(follow);
    t.match(
      refused,
      { refusal: { code: 'unknown-subject', pointer: '/subject' }, atomic: true },
      String(follow['type']),
    );
  }
  for (const begin of [reportOf('a'), sayOf('a'), measureOf('a')]) t.equal(createSubjects().admit(begin), null);
});

await test('a second report of a subject is a conflict, also after its retraction', async (t) => {
  const subjects = createSubjects();
  t.equal(subjects.code(reportOf('a')), 'stored');
  t.match(subjects.admit(sayOf('a')), { refusal: { code: 'subject-exists' }, atomic: false });
  t.equal(subjects.code(retractOf('a')), 'stored');
  t.equal(subjects.code(reportOf('a')), 'subject-exists');
});

await test('nothing follows a retraction', async (t) => {
  const subjects = createSubjects();
  subjects.admit(measureOf('a'));
  subjects.admit(linkOf('a', 'b'));
  subjects.admit(retractOf('a'));
  for (const follow of [
    correctOf('a', measure()),
    retractOf('a'),
    changeOf('a'),
    linkOf('a', 'c'),
    unlinkOf('a', 'b'),
  ]) {
    t.match(subjects.admit(follow), { refusal: { code: 'retracted-subject' }, atomic: true }, String(follow['type']));
  }
  subjects.admit(reportOf('b'));
  t.equal(subjects.code(linkOf('b', 'a')), 'stored', 'linking to a retracted claim is no following');
});

await test('a correction is of the claim’s own kind, a change of status of a measure', async (t) => {
  const subjects = createSubjects();
  subjects.admit(reportOf('a'));
  t.match(subjects.admit(correctOf('a', statement())), {
    refusal: { code: 'kind-mismatch', pointer: '/data/corrected' },
    atomic: true,
  });
  t.equal(subjects.code(correctOf('a')), 'stored');
  t.match(subjects.admit(changeOf('a')), { refusal: { code: 'kind-mismatch', pointer: '/subject' }, atomic: true });
  subjects.admit(measureOf('m'));
  t.equal(subjects.code(changeOf('m')), 'stored');
});

await test('an expected version is the number of the subject’s events, and goes before subject-exists', async (t) => {
  const subjects = createSubjects();
  t.match(subjects.admit(reportOf('a', crossing(), { expectedversion: 1 })), {
    refusal: { code: 'version-conflict', expected: 1, actual: 0, pointer: '/expectedversion' },
    atomic: false,
  });
  t.equal(subjects.code(reportOf('a', crossing(), { expectedversion: 0 })), 'stored');
  t.match(subjects.admit(reportOf('a', crossing(), { expectedversion: 0 })), {
    refusal: { code: 'version-conflict', expected: 0, actual: 1 },
  });
  t.equal(subjects.code(reportOf('a', crossing(), { expectedversion: 1 })), 'subject-exists');
  t.equal(subjects.code({ ...correctOf('a'), expectedversion: 1 }), 'stored');
  t.equal(subjects.code({ ...linkOf('a', 'b'), expectedversion: 2 }), 'stored');
  t.equal(subjects.states.get('a')?.version, 3);
  t.equal(subjects.code({ ...correctOf('nobody'), expectedversion: 5 }), 'unknown-subject', '422 before 409');
});

await test('of fifty that expect one version, one is stored', async (t) => {
  const subjects = createSubjects();
  const codes = Array.from({ length: 50 }, () => subjects.code(reportOf('a', crossing(), { expectedversion: 0 })));
  t.same(codes, ['stored', ...Array.from({ length: 49 }, () => 'version-conflict')]);
});

for (const relatedOnEvolve of [true, false]) {
  const how = relatedOnEvolve ? 'with both subjects’ states' : 'with its own subject’s state alone';
  await test(`a pair is unlinked once, wherever it came from (state evolved ${how})`, async (t) => {
    type Step = [value: Json, expected: string];
    const scenarios: Record<string, Step[]> = {
      'never linked': [[unlinkOf('a', 'b'), 'not-linked']],
      'another relation': [
        [linkOf('a', 'b', 'quotes'), 'stored'],
        [unlinkOf('a', 'b', 'updates'), 'not-linked'],
      ],
      'the other way of a directed one': [
        [linkOf('a', 'b', 'quotes'), 'stored'],
        [unlinkOf('b', 'a', 'quotes'), 'not-linked'],
      ],
      'linked twice is linked once': [
        [linkOf('a', 'b'), 'stored'],
        [linkOf('a', 'b'), 'stored'],
        [unlinkOf('a', 'b'), 'stored'],
        [unlinkOf('a', 'b'), 'not-linked'],
      ],
      'a symmetric pair, from the other side': [
        [linkOf('a', 'b'), 'stored'],
        [unlinkOf('b', 'a'), 'stored'],
        [unlinkOf('b', 'a'), 'not-linked'],
        [unlinkOf('a', 'b'), 'not-linked'],
      ],
      'linked from both sides': [
        [linkOf('a', 'b'), 'stored'],
        [linkOf('b', 'a'), 'stored'],
        [unlinkOf('a', 'b'), 'stored'],
        [unlinkOf('b', 'a'), 'not-linked'],
      ],
      'linked anew': [
        [linkOf('a', 'b'), 'stored'],
        [unlinkOf('b', 'a'), 'stored'],
        [linkOf('a', 'b'), 'stored'],
        [unlinkOf('b', 'a'), 'stored'],
        [unlinkOf('a', 'b'), 'not-linked'],
      ],
      'by the claim’s data': [
        [correctOf('a', related('b')), 'stored'],
        [unlinkOf('b', 'a'), 'stored'],
        [unlinkOf('a', 'b'), 'not-linked'],
      ],
      'no longer by the claim’s data': [
        [correctOf('a', related('b')), 'stored'],
        [correctOf('a'), 'stored'],
        [unlinkOf('a', 'b'), 'not-linked'],
      ],
      'by data and by a link, the data’s gone': [
        [correctOf('a', related('b')), 'stored'],
        [linkOf('a', 'b'), 'stored'],
        [correctOf('a'), 'stored'],
        [unlinkOf('a', 'b'), 'stored'],
        [unlinkOf('a', 'b'), 'not-linked'],
      ],
      'by the data of a claim since retracted': [
        [correctOf('a', related('b')), 'stored'],
        [retractOf('a'), 'stored'],
        [unlinkOf('b', 'a'), 'not-linked'],
      ],
    };
    for (const [name, steps] of Object.entries(scenarios)) {
      const subjects = createSubjects({ relatedOnEvolve });
      subjects.admit(reportOf('a'));
      subjects.admit(reportOf('b'));
      t.same(
        steps.map(([value]) => subjects.code(value)),
        steps.map(([, expected]) => expected),
        name,
      );
    }
  });
}

await test('a pair unlinked on one side and linked anew on the other is linked', async (t) => {
  const subjects = createSubjects();
  for (const value of [reportOf('a'), reportOf('b'), linkOf('a', 'b'), unlinkOf('a', 'b'), linkOf('b', 'a')])
    subjects.admit(value);
  t.equal(subjects.code(unlinkOf('a', 'b')), 'stored');
});

await test('two measures do not replace each other', async (t) => {
  const subjects = createSubjects();
  subjects.admit(measureOf('a'));
  t.equal(subjects.code(measureOf('b', { relations: [{ type: 'replaces', target: 'a' }] })), 'stored');
  t.match(subjects.admit(linkOf('a', 'b', 'replaces')), {
    refusal: { code: 'replaces-cycle', pointer: '/data/target' },
    atomic: true,
  });
  t.match(subjects.admit(correctOf('a', measure({ relations: [{ type: 'replaces', target: 'b' }] }))), {
    refusal: { code: 'replaces-cycle', pointer: '/data/corrected/relations/0/target' },
  });
  t.equal(subjects.code(unlinkOf('b', 'a', 'replaces')), 'stored');
  t.equal(subjects.code(linkOf('a', 'b', 'replaces')), 'stored');
});

await test('histories made to be valid are stored whole, and their states are JSON', async () => {
  fc.assert(
    fc.property(arbitraryHistory(), (history) => {
      const subjects = createSubjects();
      return history.every((value) => {
        if (subjects.admit(value) !== null) return false;
        const state = subjects.states.get(value.subject);
        return JSON.stringify(JSON.parse(JSON.stringify(state))) === JSON.stringify(state);
      });
    }),
    { numRuns: 100 },
  );
});

await test('evolving takes what the rule would have refused, as another producer may have written it', async (t) => {
  const odd = [
    linkOf('a', 'b'),
    retractOf('a'),
    correctOf('a'),
    reportOf('a'),
    sayOf('a'),
    correctOf('a', statement()),
  ];
  let state: SubjectState | undefined;
  for (const value of odd) state = rule.evolve(state, parsed(value));
  t.same(state, { version: 6, kind: 'border-crossing', retracted: false, links: [] }, 'no effect, as in the views');
});

await test('a record found in the log is decoded with the hash its writer gave it', async (t) => {
  fc.assert(
    fc.property(arbitraryHistory(3), ([value]) => {
      const found = rule.decode(JSON.stringify(value))?.record;
      t.match(found, { id: value?.id, source: value?.source, subject: value?.subject, type: value?.type });
      return found?.hash === sha256(canonicalJson(contentForComparison(value ?? {})));
    }),
    { numRuns: 20 },
  );
  for (const content of [
    '',
    'null',
    '{',
    '[]',
    '{"type":"x"}',
    JSON.stringify(event('ledgerline.log-created.v1', {})),
  ]) {
    t.equal(rule.decode(content), undefined, content);
  }
});
