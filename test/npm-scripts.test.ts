/**
 * The commands that the README and the docs name. npm's shell does not pass a signal on: a script that does not become
 * its program would leave it behind, an orphan, when npm is told to stop.
 */
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { projectUrl } from './support/project.ts';
import { serviceNames } from './support/systems.ts';

const { scripts } = JSON.parse(await readFile(new URL('package.json', projectUrl), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

await t.test('every script that runs a program of ours becomes it', async (t) => {
  const ours = Object.entries(scripts).filter(([, command]) => /\bnode\b/.test(command));
  t.ok(ours.length > serviceNames.length, `${ours.length} scripts`);
  for (const [name, command] of ours) t.match(command, /^exec node [^;&|]+$/, name);
});

await t.test('every service has its script', async (t) => {
  for (const service of serviceNames) {
    t.match(scripts[service.replace('projector-', 'projector:')], ` services/${service}/src/main.ts`, service);
  }
  t.match(scripts['start'], ' services/standalone/src/main.ts');
});
