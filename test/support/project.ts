/** The project as it stands on disk. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { EventJson } from '@ledgerline/testkit';

export const projectUrl = new URL('../../', import.meta.url);
export const projectFolder = fileURLToPath(projectUrl);

/** The seeds as files are loaded: in the order of their names, line by line. */
export async function readSeeds(): Promise<EventJson[]> {
  const folder = new URL('seeds/', projectUrl);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).toSorted();
  const texts = await Promise.all(names.map(async (name) => await readFile(new URL(name, folder), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as EventJson),
  );
}
