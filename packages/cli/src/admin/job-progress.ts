/**
 * How far a job is, in the service's own words (it counts what is committed): a bar that is drawn over on a terminal, a line
 * at each phase and now and then elsewhere.
 */
import type { Terminal } from '../terminal.ts';
import type { Rebuild } from './shapes.ts';

export type JobProgress = {
  update(job: Pick<Rebuild, 'view' | 'phase' | 'events' | 'rate' | 'etaSeconds'>): void;
  /** Takes the bar away. */
  finish(): void;
};

const WIDTH = 20;
const LINES_EVERY_MS = 5_000;

export function createJobProgress(
  { error, errorIsTerminal }: Pick<Terminal, 'error' | 'errorIsTerminal'>,
  now: () => number = () => performance.now(),
): JobProgress {
  let length = 0;
  let said = { phase: '', at: now() };
  return {
    update({ view, phase, events: { done, total }, rate, etaSeconds }) {
      const share = total === null || total === 0 ? 0 : Math.min(1, done / total);
      const filled = Math.floor(share * WIDTH);
      const parts = [
        view,
        `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]`,
        total === null ? '' : `${Math.floor(share * 100)} %`,
        total === null ? '' : `${done} of ${total} events`,
        rate === null ? '' : `${Math.round(rate)}/s`,
        etaSeconds === null ? '' : `${Math.ceil(etaSeconds)} s left`,
        phase,
      ];
      const line = parts.filter((part) => part !== '').join('  ');
      if (errorIsTerminal) {
        error(`\r${line.padEnd(length)}`);
        length = line.length;
      } else if (phase !== said.phase || now() - said.at >= LINES_EVERY_MS) {
        said = { phase, at: now() };
        error(`${line}\n`);
      }
    },
    finish() {
      if (errorIsTerminal && length > 0) error(`\r${''.padEnd(length)}\r`);
    },
  };
}
