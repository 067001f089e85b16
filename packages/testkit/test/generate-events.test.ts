import { checkSubject, evolveSubject, parseEvent, type SubjectState } from '@ledgerline/events';
import { test } from 'tap';
import { type GenerateOptions, generateEvents } from '../src/generate-events.ts';

const mixed: GenerateOptions = { count: 5000, corrections: 0.1, links: 0.1, statusChanges: 0.05, retractions: 0.02 };
const share = (events: readonly { type: string }[], type: string) =>
  events.filter((event) => event.type === type).length / events.length;

await test('the same options give the same events, another seed gives others', async (t) => {
  const once = JSON.stringify([...generateEvents(mixed)]);
  t.equal(JSON.stringify([...generateEvents(mixed)]), once);
  t.not(JSON.stringify([...generateEvents({ ...mixed, seed: 2 })]), once);
});

await test('every event is valid and may follow those before it', async (t) => {
  const states = new Map<string, SubjectState>();
  const stateOf = (subject: string) => states.get(subject);
  const refused: unknown[] = [];
  for (const value of generateEvents(mixed)) {
    const parsed = parseEvent(value);
    if (!parsed.ok) {
      refused.push([value.id, parsed.errors]);
      continue;
    }
    const refusal = checkSubject(parsed.event, stateOf);
    if (refusal !== null) refused.push([value.id, refusal]);
    states.set(value.subject, evolveSubject(stateOf(value.subject), parsed.event, stateOf));
  }
  t.same(refused, []);
});

await test('events are of all kinds, in the shares asked for, and about 800 bytes long', async (t) => {
  const events = [...generateEvents(mixed)];
  for (const [type, expected] of [
    ['claim.corrected.v1', 0.1],
    ['claims.linked.v1', 0.1],
    ['measure.status-changed.v1', 0.05],
    ['claim.retracted.v1', 0.02],
  ] as const) {
    const actual = share(events, type);
    t.ok(Math.abs(actual - expected) < 0.02, `${type}: ${actual}`);
  }
  for (const type of ['border-crossing.reported.v1', 'statement.issued.v1', 'measure.adopted.v1']) {
    t.ok(share(events, type) > 0.1, type);
  }
  const claims = [...generateEvents({ count: 1000 })];
  const mean = claims.reduce((bytes, event) => bytes + Buffer.byteLength(JSON.stringify(event)), 0) / claims.length;
  t.ok(mean > 700 && mean < 950, `${mean} bytes`);
});

await test('with a distance the events of one subject are at least that far apart', async (t) => {
  const minDistance = 500;
  const lastAt = new Map<string, number>();
  let follows = 0;
  for (const [at, event] of [...generateEvents({ ...mixed, minDistance })].entries()) {
    const last = lastAt.get(event.subject);
    if (last !== undefined) follows += 1;
    if (last !== undefined && at - last < minDistance) t.fail(`${event.id} follows after ${at - last}`);
    lastAt.set(event.subject, at);
  }
  t.ok(follows > 100);
});
