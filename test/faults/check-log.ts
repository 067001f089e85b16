/**
 * What was acknowledged against what the log holds: everything once, as sent, where it was said to be, in order; nothing
 * that was refused; of each race one winner; and every answer the one that was due.
 */
import { type Difference, doubled, isSame, lost, unlike, wrong } from './difference.ts';
import type { LogRecord } from './raw-log.ts';
import { keyOf, type Sent } from './sent-events.ts';

/** @param sent in order of sending, each subject's at least; @param records of the log, in order */
export function checkLog(sent: readonly Sent[], records: readonly LogRecord[]): Difference[] {
  const stored = new Map<string, LogRecord>();
  const differences: Difference[] = [];
  for (const record of records) {
    const key = keyOf(record.event);
    if (stored.has(key)) differences.push(doubled(`${key} at ${place(stored.get(key))} and at ${place(record)}`));
    else stored.set(key, record);
  }
  return [
    ...differences,
    ...sent.flatMap((one) => checkOne(one, stored.get(keyOf(one.event)))),
    ...checkOrigins(sent, records),
    ...checkAnswers(sent),
    ...checkOrder(sent),
    ...checkVersions(records),
    ...checkRaces(sent),
  ];
}

const place = (at: { partition: number; offset: number } | undefined): string => `${at?.partition}/${at?.offset}`;

function checkOne(sent: Sent, record: LogRecord | undefined): Difference[] {
  const { event, told } = sent;
  const key = keyOf(event);
  const isThere = record !== undefined && isSame(record.event, event);
  if (told === null) {
    if (!sent.abandoned) return [wrong(`${key} was never answered`)];
    return record === undefined || isThere ? [] : [unlike(`${key} was abandoned, and altered`, event, record.event)];
  }
  if (told.status === 'refused') {
    return isThere ? [wrong(`${key} was refused (${told.http} ${told.code}), and is at ${place(record)}`)] : [];
  }
  if (record === undefined) return [lost(`${key} was acknowledged at ${place(told)}`)];
  if (!isThere) return [unlike(`${key} is not as it was sent`, event, record.event)];
  const expected = { place: place(record), recordedAt: record.recordedAt };
  const found = { place: place(told), recordedAt: told.recordedAt };
  return isSame(expected, found) ? [] : [unlike(`${key} was acknowledged elsewhere`, expected, found)];
}

/** Nothing but what somebody sent, under its subject's key. */
function checkOrigins(sent: readonly Sent[], records: readonly LogRecord[]): Difference[] {
  const known = new Set(sent.map(({ event }) => keyOf(event)));
  return records.flatMap((record) => [
    ...(known.has(keyOf(record.event)) ? [] : [wrong(`nobody sent ${keyOf(record.event)} at ${place(record)}`)]),
    ...(record.key === record.event.subject ? [] : [wrong(`${place(record)} has the key ${record.key}`)]),
  ]);
}

function checkAnswers(sent: readonly Sent[]): Difference[] {
  const storedOnce = new Set<string>();
  return sent.flatMap(({ event, expected, told, unknown, twin }): Difference[] => {
    const key = keyOf(event);
    if (told === null || expected === 'race') return [];
    if (told.status === 'refused' || typeof expected === 'object') {
      const code = told.status === 'refused' ? told.code : told.status;
      const due = typeof expected === 'object' ? expected.refused : expected;
      return code === due ? [] : [wrong(`${key} was answered ${code} instead of ${due}`)];
    }
    if (told.status === 'stored') {
      // Of requests under way at once, one whose first attempt a fault undid may find another's effect in the very place
      // that it had tried for, and take it for its own: one effect, one place, told twice. docs/operations/durability.md
      if (expected === 'duplicate' || (storedOnce.has(key) && !twin))
        return [doubled(`${key} was answered stored once more`)];
      storedOnce.add(key);
      return [];
    }
    const first = expected === 'stored' && unknown === 0 && !twin;
    return first ? [wrong(`${key} was answered duplicate when it was new`)] : [];
  });
}

/** A writer waits for the answer before it goes on with a subject: places rise as it sent. */
function checkOrder(sent: readonly Sent[]): Difference[] {
  const last = new Map<string, { partition: number; offset: number }>();
  return sent.flatMap(({ event, expected, told, twin }): Difference[] => {
    if (told === null || told.status === 'refused' || expected !== 'stored' || twin) return [];
    const before = last.get(event.subject);
    last.set(event.subject, told);
    if (before === undefined || (before.partition === told.partition && before.offset < told.offset)) return [];
    return [wrong(`${keyOf(event)} at ${place(told)} follows what is at ${place(before)}`)];
  });
}

/** Whoever expects so many events before its own has had them. */
function checkVersions(records: readonly LogRecord[]): Difference[] {
  const counts = new Map<string, number>();
  return records.flatMap(({ event }): Difference[] => {
    const before = counts.get(event.subject) ?? 0;
    counts.set(event.subject, before + 1);
    const expected = event['expectedversion'];
    return expected === undefined || expected === before
      ? []
      : [wrong(`${keyOf(event)} expected version ${JSON.stringify(expected)} and stands at ${before}`)];
  });
}

function checkRaces(sent: readonly Sent[]): Difference[] {
  const races = Map.groupBy(
    sent.filter(({ race }) => race !== null),
    ({ race }) => race,
  );
  return [...races].flatMap(([race, racers]): Difference[] => {
    const winners = racers.filter(({ told }) => told !== null && told.status !== 'refused');
    const losers = racers.filter(({ told }) => told?.status === 'refused' && told.code === 'version-conflict');
    if (winners.length === 1 && losers.length === racers.length - 1) return [];
    const told = racers.map((racer) => (racer.told?.status === 'refused' ? racer.told.code : racer.told?.status));
    return [wrong(`the race ${race} ended with ${JSON.stringify(told)}`)];
  });
}
