/** `npm run test:faults [-- --minutes=2 --seed=… --log=kafka|embedded --events=…]`: ends with 1 on any difference. */
import type { Teardown } from '@ledgerline/testkit';
import { parseChaosArguments } from './chaos-options.ts';
import { runChaos } from './chaos-run.ts';
import { isClean, reportLines } from './report-lines.ts';

const { logs, minutes, seed, events } = parseChaosArguments(process.argv.slice(2), Date.now());
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** What a run starts is gone with it, whatever becomes of it. */
async function inScope<T>(run: (scope: Teardown) => Promise<T>): Promise<T> {
  const works: (() => void | Promise<void>)[] = [];
  try {
    return await run({ teardown: (work) => void works.push(work) });
  } finally {
    for (const work of works.toReversed()) await Promise.resolve(work()).catch((error: unknown) => say(String(error)));
  }
}

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
