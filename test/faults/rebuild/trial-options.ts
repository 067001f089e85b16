/** The arguments of `npm run test:rebuilds`. */
import { parseArgs } from 'node:util';
import type { LogKind } from '../fault-plan.ts';

export type TrialOptions = {
  readonly log: LogKind;
  /** In the log before anything is rebuilt. */
  readonly events: number;
  /** Written a second meanwhile. */
  readonly rate: number;
  /** Rebuilds with the builder killed in every phase. */
  readonly kills: boolean;
  /** Rebuilds cancelled in every phase. */
  readonly cancels: boolean;
  /** For a test: two kills a view instead of six, and no fsync, which is for figures. */
  readonly brief: boolean;
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
      only: { type: 'string' },
    },
  });
  const { log, only } = values;
  if (log !== 'kafka' && log !== 'embedded') throw new Error(`--log: kafka or embedded, not ${log}`);
  if (only !== undefined && !['plain', 'kills', 'cancels'].includes(only)) {
    throw new Error(`--only: plain, kills or cancels, not ${only}`);
  }
  return {
    log,
    events: numberOf('events', values.events),
    rate: numberOf('rate', values.rate),
    kills: only === undefined || only === 'kills',
    cancels: only === undefined || only === 'cancels',
    brief: false,
    say,
  };
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new Error(`--${name}: a whole number above 0, not ${text}`);
  return value;
}
