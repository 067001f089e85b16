/** How far something long has come, on stderr: one line that is drawn over on a terminal, a line now and then elsewhere. */
import type { Terminal } from '../terminal.ts';

export type Progress = {
  /** @param done in the unit of `total` @param note what else there is to say */
  update(done: number, count: number, note?: string): void;
  /** Ends the line. */
  finish(): void;
};

const TERMINAL_EVERY_MS = 100;
const LINES_EVERY_MS = 5_000;

/** @param options `total` null where it can't be known; `noun` of what `count` counts */
export function createProgress(
  { error, errorIsTerminal }: Pick<Terminal, 'error' | 'errorIsTerminal'>,
  { total, noun }: { readonly total: number | null; readonly noun: string },
  now: () => number = () => performance.now(),
): Progress {
  const started = now();
  const everyMs = errorIsTerminal ? TERMINAL_EVERY_MS : LINES_EVERY_MS;
  let drawn = started;
  let width = 0;
  return {
    update(done, count, note = '') {
      const at = now();
      if (at - drawn < everyMs) return;
      drawn = at;
      const seconds = (at - started) / 1_000;
      const share = total ? done / total : null;
      const left = share ? (seconds / share) * (1 - share) : null;
      const text = [
        share === null ? '' : `${Math.floor(share * 100)} %`,
        `${count} ${noun}`,
        `${Math.round(count / seconds)}/s`,
        left === null ? '' : `${formatSeconds(left)} left`,
        note,
      ];
      const line = text.filter(Boolean).join('  ');
      error(errorIsTerminal ? `\r${line.padEnd(width)}` : `${line}\n`);
      width = line.length;
    },
    finish() {
      if (errorIsTerminal && width > 0) error(`\r${''.padEnd(width)}\r`);
    },
  };
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
