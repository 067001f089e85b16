/** `npm run test:rebuilds [-- --events=500000 --rate=500 --log=kafka|embedded --plain]`: ends with 1 where anything is wrong. */
import { inScope } from '../../support/in-scope.ts';
import { createFindings } from './findings.ts';
import { runTrial } from './run-trial.ts';
import { parseTrialArguments } from './trial-options.ts';

const startedAt = performance.now();
const say = (line: string) =>
  void process.stdout.write(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(7)} ${line}\n`);

const options = parseTrialArguments(process.argv.slice(2), say);
const findings = createFindings();
const tell = () => {
  for (const line of findings.lines()) say(line);
};
// An hour's run that is looked at, or breaks off, says what it has found so far.
process.on('SIGUSR2', tell);
try {
  const hasRun = await inScope((scope) => runTrial(scope, options, findings));
  if (!hasRun) say('NOT RUN: no broker can be had');
  if (!hasRun || findings.wrongs.size > 0) process.exitCode = 1;
} finally {
  tell();
}
