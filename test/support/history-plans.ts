/** Histories told in any order that keeps each subject's own, cut into any batches. */
import { checkSubject, decodeEvent, evolveSubject, type SubjectState } from '@ledgerline/events';
import { arbitraryHistory, type EventJson } from '@ledgerline/testkit/arbitrary-events';
import fc from 'fast-check';

/** Batches to be posted one after the other, as ingest takes them. */
export type Batches = readonly (readonly EventJson[])[];

/** @param maxLength of the whole history */
export function arbitraryBatches(maxLength: number): fc.Arbitrary<Batches> {
  const picks = fc.array(fc.nat(), { minLength: maxLength, maxLength });
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: maxLength, maxLength });
  return fc
    .tuple(arbitraryHistory(maxLength), picks, sizes)
    .map(([history, order, cuts]) => cut(lawful(interleave(history, order)), cuts));
}

/** Takes the next event of one subject after the other, as `picks` says. */
function interleave(history: readonly EventJson[], picks: readonly number[]): EventJson[] {
  const waiting = [...Map.groupBy(history, ({ subject }) => subject).values()];
  return history.map((_, at) => {
    const open = waiting.filter((events) => events.length > 0);
    return open[(picks[at] ?? 0) % open.length]?.shift() as EventJson;
  });
}

/** Without what ingest would refuse in this order: an unlinking, say, of what the other side has unlinked already. */
function lawful(events: readonly EventJson[]): EventJson[] {
  const states = new Map<string, SubjectState>();
  const stateOf = (subject: string) => states.get(subject);
  return events.filter((value) => {
    const decoded = decodeEvent(value);
    if (!decoded.ok || checkSubject(decoded.event, stateOf) !== null) return false;
    states.set(value.subject, evolveSubject(stateOf(value.subject), decoded.event, stateOf));
    return true;
  });
}

function cut(events: readonly EventJson[], sizes: readonly number[]): Batches {
  const batches: EventJson[][] = [];
  for (let at = 0; at < events.length; ) {
    const size = sizes[batches.length] ?? 1;
    batches.push(events.slice(at, at + size));
    at += size;
  }
  return batches;
}
