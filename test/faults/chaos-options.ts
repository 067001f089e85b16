/** The arguments of `npm run test:faults`. */
import { parseArgs } from 'node:util';
import type { LogKind } from './fault-plan.ts';

export type ChaosArguments = {
  readonly logs: readonly LogKind[];
  readonly minutes: number;
  readonly seed: number;
  /** Acknowledged, at least; spread over the run. */
  readonly events: number;
};

const EVENTS_A_MINUTE = 5_000;

/** Throws where an argument is unknown or no number. */
export function parseChaosArguments(args: readonly string[], now: number): ChaosArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      events: { type: 'string' },
      log: { type: 'string' },
    },
  });
  const log = values.log ?? 'both';
  if (log !== 'kafka' && log !== 'embedded' && log !== 'both') throw new Error(`--log: kafka or embedded, not ${log}`);
  const minutes = numberOf('minutes', values.minutes);
  return {
    logs: log === 'both' ? ['kafka', 'embedded'] : [log],
    minutes,
    seed: values.seed === undefined ? Math.trunc(now % 1_000_000) : numberOf('seed', values.seed),
    events: values.events === undefined ? Math.round(minutes * EVENTS_A_MINUTE) : numberOf('events', values.events),
  };
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new Error(`--${name}: a number above 0, not ${text}`);
  return value;
}
