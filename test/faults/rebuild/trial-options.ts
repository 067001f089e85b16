/** The arguments of `npm run test:rebuilds`. */
import { parseArgs } from 'node:util';
import type { LogKind } from '../fault-plan.ts';

export type TrialOptions = {
  readonly log: LogKind;
  /** In the log before anything is rebuilt. */
  readonly events: number;
  /** Written a second meanwhile. */
  readonly rate: number;
  /** Besides the plain rebuilds: those whose builder is killed, and those that are cancelled. */
  readonly spoiled: boolean;
  readonly say: (line: string) => void;
};

/** Throws where an argument is unknown or no number. */
export function parseTrialArguments(args: readonly string[], say: TrialOptions['say']): TrialOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      log: { type: 'string', default: 'kafka' },
      events: { type: 'string', default: '20000' },
      rate: { type: 'string', default: '500' },
      plain: { type: 'boolean', default: false },
    },
  });
  const { log, plain } = values;
  if (log !== 'kafka' && log !== 'embedded') throw new Error(`--log: kafka or embedded, not ${log}`);
  return {
    log,
    events: numberOf('events', values.events),
    rate: numberOf('rate', values.rate),
    spoiled: !plain,
    say,
  };
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new Error(`--${name}: a whole number above 0, not ${text}`);
  return value;
}
