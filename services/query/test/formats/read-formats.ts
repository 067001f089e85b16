/** The libraries of another ecosystem that the formats are read by, and the program that has them do so. */
import { fileURLToPath } from 'node:url';
import { type Python, preparePython } from '@ledgerline/testkit';

export const packages = [
  'feedparser==6.0.11',
  'icalendar==6.3.1',
  'geojson==3.2.0',
  'csvw==4.1.1',
  'jsonfeed-util==1.2.0',
];
const imports = ['feedparser', 'icalendar', 'geojson', 'csvw', 'jsonfeed'];
const program = fileURLToPath(new URL('read-formats.py', import.meta.url));

/** null where there is no Python, or no way to the packages. */
export async function prepareReaders(): Promise<{ read(written: object): Promise<unknown> } | null> {
  const python: Python | null = await preparePython({ name: 'formats', packages, imports });
  if (python === null) return null;
  return { read: async (written) => JSON.parse(await python.run(program, [], JSON.stringify(written))) as unknown };
}
