/** What this machine can't run is said aloud, and is a failure under CI: a gap never looks like a pass. */
import type { Test } from 'tap';
import { testConfig } from './config.ts';

/** @param what was not run, and what to install */
export function notRun(t: Test, what: string): void {
  if (testConfig.isCi) {
    t.fail(`NOT RUN: ${what}`);
    return;
  }
  process.stderr.write(`\n### NOT RUN: ${what} ###\n\n`);
  t.pass('not run', { skip: what });
}
