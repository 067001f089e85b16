/** Events and a rule that say just enough to try the log: versions expected, subjects that must exist. */
import { createHash } from 'node:crypto';
import type { AppendRecord, SubjectRule } from '../../src/port.ts';

export type TestEvent = {
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly text?: string;
  /** Refused, alone, unless the subject has had so many events. */
  readonly expected?: number;
  /** Refused, and its whole atomic call with it, unless this subject has had an event. */
  readonly needs?: string;
};

export type TestState = { readonly events: number };
export type TestRefusal = { readonly code: 'version'; readonly actual: number } | { readonly code: 'unknown' };

export const testRule: SubjectRule<TestEvent, TestState, TestRefusal> = {
  related: (event) => (event.needs === undefined ? [] : [event.needs]),
  check(event, stateOf) {
    const actual = stateOf(event.subject)?.events ?? 0;
    if (event.expected !== undefined && event.expected !== actual) {
      return { refusal: { code: 'version', actual }, atomic: false };
    }
    if (event.needs !== undefined && stateOf(event.needs) === undefined) {
      return { refusal: { code: 'unknown' }, atomic: true };
    }
    return null;
  },
  evolve: (state) => ({ events: (state?.events ?? 0) + 1 }),
  decode(content) {
    try {
      const event = JSON.parse(content) as TestEvent;
      return typeof event.id === 'string' ? { record: toRecord(event) } : undefined;
    } catch {
      return undefined;
    }
  },
};

let made = 0;

/** A record with an id of its own, unless given. */
export function record(event: Partial<TestEvent> = {}): AppendRecord<TestEvent> {
  return toRecord({ source: 'urn:test', id: `e-${++made}`, subject: `s-${made}`, ...event });
}

function toRecord(event: TestEvent): AppendRecord<TestEvent> {
  const { source, id, subject } = event;
  const content = JSON.stringify(event);
  const hash = createHash('sha256').update(content).digest('base64url');
  return { source, id, type: 'test.v1', subject, content, hash, event };
}
