/** `npm run test:faults [-- --minutes=2 --seed=… --log=kafka|embedded --events=…]`: ends with 1 on any difference. */
import { inScope } from '../support/in-scope.ts';
import { parseChaosArguments } from './chaos-options.ts';
import { runChaos } from './chaos-run.ts';
import { isClean, reportLines } from './report-lines.ts';

const { logs, minutes, seed, events } = parseChaosArguments(process.argv.slice(2), Date.now());
const say = (line: string) => void process.stdout.write(`${line}\n`);

for (const log of logs) {
  const report = await inScope((scope) => runChaos(scope, { log, seed, durationMs: minutes * 60_000, events, say }));
  if (report === null) {
    say(`NOT RUN on ${log}: no broker can be had`);
    process.exitCode = 1;
    continue;
  }
  for (const line of reportLines(report)) say(line);
  if (!isClean(report)) process.exitCode = 1;
}
