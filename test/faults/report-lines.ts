/** A run's outcome in lines for people. */
import type { ChaosReport } from './chaos-run.ts';

const EXAMPLES = 20;

export const isClean = ({ differences }: ChaosReport): boolean => differences.length === 0;

export function reportLines(report: ChaosReport): string[] {
  const { faults, faultCount, differences } = report;
  const count = (kind: string) => differences.filter((one) => one.kind === kind).length;
  const byKind = Object.entries(faults).map(([kind, number]) => `${kind} ${number}`);
  return [
    ...differences.slice(0, EXAMPLES).map(({ kind, what }) => `${kind}: ${what}`),
    `seed            ${report.seed}`,
    `faults          ${faultCount} (${byKind.join(', ')})`,
    `events          ${report.acknowledged} acknowledged, ${report.inLog} in the log, ${report.refused} refused`,
    `retries         ${report.unknownOutcomes} requests without an outcome, ${report.voids} void records`,
    `unasked ends    ${report.unasked.length}${report.unasked.map((line) => `\n  ${line}`).join('')}`,
    `longest heal    ${(report.longestHealMs / 1_000).toFixed(1)} s`,
    `lost ${count('lost')}, doubled ${count('doubled')}, wrong ${count('wrong')}`,
  ];
}
