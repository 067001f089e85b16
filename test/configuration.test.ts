/** docs/operations/configuration.md held against what each service makes of its environment. */
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { readConfig as readIngest } from '../services/ingest/src/config.ts';
import { readConfig as readQuery } from '../services/query/src/config.ts';
import { knownVariables } from './support/known-variables.ts';
import { projectUrl } from './support/project.ts';

const page = await readFile(new URL('docs/operations/configuration.md', projectUrl), 'utf8');
const inBackticks = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
/** Names of a row with their defaults, where it gives one for each. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, names = '', defaults = ''] = line.split('|');
    return { names: inBackticks(names), defaults: inBackticks(defaults) };
  });
const documented = rows.flatMap(({ names }) => names);
const known = await knownVariables();

await t.test('every variable that a service reads is documented, and every one documented is read', (t) => {
  const read = new Set([...known.values()].flatMap((names) => [...names]));
  t.same(documented.toSorted(), [...read].toSorted());
  t.equal(new Set(documented).size, documented.length, 'each once');
  t.end();
});

await t.test('defaults are the documented ones', (t) => {
  const needed = { DATABASE_URL: 'postgres://127.0.0.1/x' };
  const values: Readonly<Record<string, unknown>> = { ...readIngest(needed), ...readQuery(needed) };
  let compared = 0;
  for (const { names, defaults } of rows) {
    if (defaults.length < names.length) continue;
    for (const [index, name] of names.entries()) {
      const value = values[name];
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      t.equal(`${value}`, defaults[index], name);
      compared += 1;
    }
  }
  t.ok(compared >= 11, `${compared} compared`);
  t.equal(readIngest(needed).PORT, 8081);
  t.equal(readIngest(needed).LEDGERLINE_MAX_UPLOAD_BYTES, 1024 ** 3);
  t.end();
});

await t.test('every service names all its bad variables at once, as configuration', async (t) => {
  /** Any text will do for these. */
  const free = new Set([
    'LEDGERLINE_DATA',
    'LEDGERLINE_JWKS_ISSUER',
    'LEDGERLINE_JWKS_AUDIENCE',
    'KAFKA_SASL_USERNAME',
    'KAFKA_SASL_PASSWORD',
  ]);
  for (const [service, names] of known) {
    const { readConfig } = (await import(new URL(`services/${service}/src/config.ts`, projectUrl).href)) as {
      readConfig: (environment: NodeJS.ProcessEnv) => unknown;
    };
    try {
      readConfig(Object.fromEntries([...names].map((name) => [name, '?bad value'])));
      t.fail(`${service} took it`);
    } catch (error) {
      const { name, problems } = error as Error & { problems: readonly string[] };
      t.equal(name, 'ConfigurationError', service);
      const told = new Set(problems.map((line) => line.replace(/:.*/s, '')));
      t.same(
        [...names].filter((one) => !told.has(one) && !free.has(one)),
        [],
        service,
      );
      t.notMatch(problems.join(), /bad value(?! cannot be read)/, 'values are not repeated');
    }
  }
});
