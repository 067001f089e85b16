/** When to ask: positions of all kinds (after an event, at a time, a cut that no order gives), and days to know by. */
import fc from 'fast-check';
import { knownDays } from './arbitrary-log.ts';
import type { KnownBy } from './fold/claims.ts';
import { endOf, inLogOrder, type LogItem, readToken, type Vector, writeToken } from './fold/log.ts';
import type { Clocks } from './question.ts';

export type Asking = {
  readonly kind: 'event' | 'time' | 'cut' | 'now';
  readonly picks: readonly number[];
  readonly knownBy: KnownBy | null;
};

export type Moment = Clocks & {
  /** Numbers below 1, to choose by. */
  readonly picks: readonly number[];
};

const share = fc.nat(999).map((thousandths) => thousandths / 1_000);
const knownBy = fc.record({ day: fc.constantFrom(...knownDays), match: fc.constantFrom('certain', 'possible') });

export const arbitraryAsking = fc.record({
  kind: fc.constantFrom<Asking['kind'][]>('event', 'event', 'time', 'cut', 'now'),
  picks: fc.array(share, { minLength: 12, maxLength: 12 }),
  knownBy: fc.option(knownBy, { nil: null, freq: 2 }),
});

export function momentsOf(log: readonly LogItem[], partitions: number, askings: readonly Asking[]): Moment[] {
  const { logId } = readToken(log[0]?.position ?? '');
  return askings.map(({ kind, picks, knownBy: known }) => {
    const { at, asOf } = positionOf(kind, log, logId, partitions, picks);
    const parameters = [
      ...(asOf === null ? [] : [`asOf=${encodeURIComponent(asOf)}`]),
      ...(known === null
        ? []
        : [`knownBy=${known.day}`, ...(known.match === 'possible' ? ['dateMatch=possible'] : [])]),
    ];
    return { log, logId, partitions, at, knownBy: known, clocks: parameters.join('&'), picks };
  });
}

function positionOf(
  kind: Asking['kind'],
  log: readonly LogItem[],
  logId: string,
  partitions: number,
  picks: readonly number[],
): { at: Vector; asOf: string | null } {
  const counts = Array.from({ length: partitions }, (_, index) =>
    endOf(log.filter(({ partition }) => partition === index)),
  );
  const ordered = log.toSorted(inLogOrder);
  const chosen = ordered[Math.floor((0.3 + 0.7 * (picks[0] ?? 0)) * ordered.length)];
  if (kind === 'now' || chosen === undefined) return { at: counts, asOf: null };
  if (kind === 'event')
    return { at: readToken(chosen.position).offsets.map((offset) => offset ?? 0), asOf: chosen.position };
  if (kind === 'time') {
    const before = ordered.filter(({ recordedAt }) => recordedAt < chosen.recordedAt);
    return {
      at: counts.map((_, index) => endOf(before.filter(({ partition }) => partition === index))),
      asOf: chosen.recordedAt,
    };
  }
  const at = counts.map((count, index) => Math.ceil((picks[index + 1] ?? 1) * count));
  return { at, asOf: writeToken(logId, at) };
}
