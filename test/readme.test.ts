/** The README's commands, run one after the other as it prints them, against `npm start`. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { testConfig } from './support/config.ts';
import { npmStart, temporaryFolder } from './support/npm-start.ts';
import { projectFolder } from './support/project.ts';
import { readmeSteps, withWildcards } from './support/readme-steps.ts';
import { until } from './support/until.ts';

const run = promisify(execFile);
/** A stream goes on until somebody stops it: here after a moment, which is curl's 28. */
function asRun(command: string): string {
  const quiet = command.replaceAll('curl ', 'curl --silent --show-error --fail-with-body ');
  return quiet.includes(' -N ') ? `${quiet.trim()} --max-time 3 2>&1 || test $? -eq 28` : quiet;
}

const printedAddress = 'http://127.0.0.1:8080';

t.test('every command of the README does what the README says', async (t) => {
  const folder = await temporaryFolder(t);
  const app = await npmStart(t, folder, { LEDGERLINE_DATA: `${folder}/data` });
  await app.up();
  const baseUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(app.output.text())?.[0] ?? '';
  await until('the seeds in every view', async () => {
    const views = (await (await fetch(`${baseUrl}/v1/admin/views`)).json()) as { items: { lag: { events: number } }[] };
    return views.items.every(({ lag }) => lag.events === 0) ? true : undefined;
  });
  const steps = await readmeSteps();
  t.ok(steps.filter(({ answer }) => answer !== undefined).length >= 2, 'answers are shown');
  let position = '';
  for (const { command, answer } of steps) {
    const here = command.replaceAll(printedAddress, baseUrl).replaceAll('<position>', position);
    const title =
      command
        .split('\n')
        .find((line) => line.startsWith('curl'))
        ?.slice(0, 100) ?? '';
    const { stdout } = await run('sh', ['-c', asRun(here)], {
      cwd: projectFolder,
      env: { PATH: testConfig.path, HOME: folder, LEDGERLINE_URL: baseUrl },
    });
    t.not(stdout, '', title);
    position = /"position":"([\w-]+)"/.exec(stdout)?.[1] ?? position;
    if (answer === undefined) continue;
    const found = JSON.parse(stdout) as unknown;
    t.strictSame(found, withWildcards(answer, found), title);
  }
});
