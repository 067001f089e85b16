/** The Dockerfile, held against what the compose file's services need: nothing missing, nothing as root. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { ownServices, readComposeFile } from './support/compose-file.ts';
import { projectUrl } from './support/project.ts';
import { importedPackages, readWorkspaces, withDependencies } from './support/workspaces.ts';

const lines = (await readFile(new URL('Dockerfile', projectUrl), 'utf8')).split('\n');
const instructions = lines
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => ({ name: line.slice(0, line.indexOf(' ')), value: line.slice(line.indexOf(' ') + 1).trim() }));
const indexOf = (name: string, part: string) =>
  instructions.findIndex((one) => one.name === name && one.value.includes(part));
/** Sources of COPY before the dependencies are installed, and after. */
const install = indexOf('RUN', 'npm ci');
const copied = (from: number, to?: number) =>
  instructions.slice(from, to).flatMap(({ name, value }) => (name === 'COPY' ? value.split(' ').slice(0, -1) : []));

const all = await readWorkspaces();
const services = ownServices(await readComposeFile()).map(([name]) => `@ledgerline/${name}`);
const needed = withDependencies(all, services);

await t.test('every manifest that its services need is there before the dependencies are installed', (t) => {
  t.ok(install > 0);
  t.ok(needed.length > services.length, 'services stand on packages');
  const manifests = copied(0, install);
  for (const { folder } of needed) t.ok(manifests.includes(`${folder}/package.json`), folder);
  for (const file of ['package.json', 'package-lock.json']) t.ok(manifests.includes(file), file);
  for (const file of manifests) t.ok(existsSync(new URL(file, projectUrl)), `${file} exists`);
  t.end();
});

await t.test('everything that is copied is let in by .dockerignore', async (t) => {
  const ignore = (await readFile(new URL('.dockerignore', projectUrl), 'utf8')).split('\n').filter(Boolean);
  t.equal(ignore[0], '*', 'what is not named stays out: data folders, keys');
  const letIn = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const path of copied(0)) {
    t.ok(
      letIn.some((one) => path === one || path.startsWith(`${one}/`)),
      path,
    );
  }
});

await t.test('the sources of every workspace that is needed are copied', (t) => {
  const sources = copied(install);
  for (const { folder } of needed)
    t.ok(
      sources.some((path) => folder.startsWith(`${path}/`)),
      folder,
    );
  t.ok(sources.includes('docs/problems'), 'the pages of problems are served');
  t.end();
});

await t.test('what the sources import when they run is declared where npm ci --omit=dev looks', async (t) => {
  t.match(instructions[install]?.value, /--omit=dev/);
  for (const workspace of needed) {
    const undeclared = [...(await importedPackages(workspace))].filter(
      (name) => !workspace.dependencies.includes(name),
    );
    t.same(
      undeclared.filter((name) => name !== workspace.name),
      [],
      workspace.name,
    );
  }
  const imported = await importedPackages(
    needed.find(({ name }) => name === '@ledgerline/log') ?? (needed[0] as never),
  );
  t.ok(imported.has('kafkajs'), 'imports are found');
});

await t.test('it runs as a user who is not root, on the Node that the project pins', async (t) => {
  const [from] = instructions;
  const { dependencies } = JSON.parse(await readFile(new URL('package.json', projectUrl), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  t.match(from, { name: 'FROM', value: new RegExp(`^node:${dependencies['node']?.split('.')[0]}\\b`) });
  const user = instructions.findLastIndex(({ name }) => name === 'USER');
  t.ok(user > install && user < instructions.findIndex(({ name }) => name === 'CMD'), 'before the command');
  t.notMatch(instructions[user]?.value, /^(root|0)\b/);
});
