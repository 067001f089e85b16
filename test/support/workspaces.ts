/** The workspaces of the project and what each declares and imports. */
import { glob, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { projectUrl } from './project.ts';

export type Workspace = {
  readonly name: string;
  /** From the project's folder, without a slash at the end. */
  readonly folder: string;
  /** What `npm ci --omit=dev --omit=optional` installs for it. */
  readonly dependencies: readonly string[];
};

type Manifest = { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> };

export async function readWorkspaces(): Promise<Workspace[]> {
  const found: Workspace[] = [];
  for await (const file of glob('{packages,services}/*/package.json', { cwd: projectUrl })) {
    const { name, dependencies = {} } = JSON.parse(await readFile(new URL(file, projectUrl), 'utf8')) as Manifest;
    found.push({ name, folder: file.replace(/\/package\.json$/, ''), dependencies: Object.keys(dependencies) });
  }
  return found.toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** These and all they stand on. */
export function withDependencies(all: readonly Workspace[], names: readonly string[]): Workspace[] {
  const wanted = new Set(names);
  // A set gives what is added while it is walked.
  for (const name of wanted)
    for (const one of all.find((each) => each.name === name)?.dependencies ?? []) wanted.add(one);
  return all.filter(({ name }) => wanted.has(name));
}

/** Names of the packages that its sources import when they run: types go with the syntax. */
export async function importedPackages({ folder }: Workspace): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const file of glob(`${folder}/src/**/*.ts`, { cwd: projectUrl })) {
    const text = await readFile(new URL(file, projectUrl), 'utf8');
    for (const [, statement = '', specifier = ''] of text.matchAll(
      /^(?:import|export)\s([^;'"]*?)from\s+'([^']+)'/gm,
    )) {
      if (!statement.startsWith('type ')) note(found, specifier);
    }
    for (const [, specifier = ''] of text.matchAll(/(?:^import|import\()\s*'([^']+)'/gm)) note(found, specifier);
  }
  return found;
}

function note(found: Set<string>, specifier: string): void {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return;
  const parts = specifier.split('/');
  found.add(specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? ''));
}
