/** The run that the tests make on each log: less than a minute, and what must have happened in it. */

import type { Test } from 'tap';
import { runChaos } from './chaos-run.ts';
import type { LogKind } from './fault-plan.ts';
import { reportLines } from './report-lines.ts';

const DURATION_MS = 45_000;
const EVENTS = 1_000;
const EXPECTED = {
  kafka: ['freeze', 'kill', 'kill-broker', 'kill-database'],
  embedded: ['freeze', 'hold', 'kill', 'kill-database'],
};
/** Promised: within a minute of the return of what was missing. */
const HEAL_MS = 60_000;

export async function shortRun(t: Test, log: LogKind, seed: number): Promise<void> {
  const report = await runChaos(t, {
    log,
    seed,
    durationMs: DURATION_MS,
    events: EVENTS,
    say: (line) => t.comment(line),
  });
  if (report === null) {
    t.pass('no broker', { skip: 'no Kafka broker of our own can be had' });
    return;
  }
  for (const line of reportLines(report)) t.comment(line);
  t.ok(report.faultCount >= 6, `${report.faultCount} faults`);
  t.same(
    EXPECTED[log].filter((kind) => !(kind in report.faults)),
    [],
    'those among them that matter most',
  );
  t.ok(report.acknowledged >= EVENTS && report.inLog >= EVENTS, `${report.acknowledged} events acknowledged`);
  t.ok(report.unknownOutcomes > 0, 'some requests had no outcome');
  t.same(report.differences, [], 'nothing is lost, doubled or wrong');
  t.ok(report.longestHealMs < HEAL_MS, `healed within ${report.longestHealMs} ms`);
}
