/**
 * A symmetric pair that both claims speak of, in their data and by events: what may be unlinked is what is shown as
 * linked, nothing else. Shown is, of either origin, the latest word of both; here that is kept in one place.
 */
import * as fc from 'fast-check';
import { test } from 'tap';
import { decodeEvent } from '../../src/catalogue/ledgerline-events.ts';
import { checkSubject } from '../../src/subject/subject-rule.ts';
import { evolveSubject, type SubjectState } from '../../src/subject/subject-state.ts';
import { event, statement } from '../sample-events.ts';

const subjects = ['a', 'b', 'c'];
const relation = 'same-incident';
const step = fc.record({
  subject: fc.constantFrom(...subjects),
  act: fc.constantFrom('correct', 'correct', 'link', 'unlink', 'unlink'),
  other: fc.nat(1),
  /** What the claim's data states from then on. */
  stated: fc.subarray(subjects),
});

/** The latest word of each origin of a pair, and what each claim's data states. */
function createShown() {
  const words = new Map<string, boolean>();
  const stated = new Map<string, readonly string[]>();
  const key = (origin: string, one: string, other: string) => [origin, ...[one, other].toSorted()].join(' ');
  return {
    state(subject: string, targets: readonly string[]) {
      for (const gone of stated.get(subject) ?? []) words.set(key('data', subject, gone), targets.includes(gone));
      for (const target of targets) words.set(key('data', subject, target), true);
      stated.set(subject, targets);
    },
    link: (subject: string, target: string) => void words.set(key('link', subject, target), true),
    unlink: (subject: string, target: string) => {
      for (const origin of ['data', 'link']) words.set(key(origin, subject, target), false);
    },
    isLinked: (subject: string, target: string) =>
      ['data', 'link'].some((origin) => words.get(key(origin, subject, target)) === true),
  };
}

await test('what is shown as linked may be unlinked from either side, and nothing else', async (t) => {
  let unlinked = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const shown = createShown();
      const states = new Map<string, SubjectState>();
      const stateOf = (subject: string) => states.get(subject);
      for (const [index, { subject, act, other, stated }] of steps.entries()) {
        const target = subjects.filter((one) => one !== subject)[other] ?? '';
        const targets = stated.filter((one) => one !== subject);
        const data = statement({ relations: targets.map((one) => ({ type: relation, target: one })) });
        const on = { id: `e-${index}`, subject };
        const value = !states.has(subject)
          ? event('statement.issued.v1', data, on)
          : act === 'correct'
            ? event('claim.corrected.v1', { corrected: data, reason: 'transcription' }, on)
            : event(act === 'link' ? 'claims.linked.v1' : 'claims.unlinked.v1', { relation, target }, on);
        const decoded = decodeEvent(value);
        if (!decoded.ok) throw new Error(JSON.stringify(decoded.errors));
        const refusal = checkSubject(decoded.event, stateOf)?.refusal.code ?? null;
        if (decoded.event.type === 'claims.unlinked.v1') {
          if ((refusal === null) !== shown.isLinked(subject, target)) return false;
          if (refusal === null) shown.unlink(subject, target);
        } else if (decoded.event.type === 'claims.linked.v1') shown.link(subject, target);
        else shown.state(subject, targets);
        unlinked += refusal === null && act === 'unlink' ? 1 : 0;
        refused += refusal === null ? 0 : 1;
        if (refusal === null) states.set(subject, evolveSubject(stateOf(subject), decoded.event, stateOf));
      }
      return true;
    }),
    { numRuns: 2_000, seed: 8 },
  );
  t.ok(unlinked > 500 && refused > 500, `${unlinked} unlinked, ${refused} refused`);
});

await test('a state kept since before the origins were told apart is still understood', async (t) => {
  const kept: SubjectState = { version: 2, kind: 'statement', retracted: false, links: [[relation, 'b', 2, 3]] };
  const other: SubjectState = { version: 1, kind: 'statement', retracted: false, links: [[relation, 'a', 0, 2]] };
  const decoded = decodeEvent(event('claims.unlinked.v1', { relation, target: 'b' }, { id: 'u', subject: 'a' }));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.errors));
  const stateOf = (subject: string) => (subject === 'a' ? kept : other);
  t.equal(checkSubject(decoded.event, stateOf), null);
  const after = evolveSubject(kept, decoded.event, stateOf);
  t.equal(checkSubject(decoded.event, (subject) => (subject === 'a' ? after : other))?.refusal.code, 'not-linked');
});
