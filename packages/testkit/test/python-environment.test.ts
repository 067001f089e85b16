import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { preparePython } from '../src/python-environment.ts';

const name = `together-${process.pid}`;
const folder = fileURLToPath(new URL(`../../../node_modules/.cache/ledgerline/python-${name}/`, import.meta.url));
const options = { name, packages: ['geojson==3.2.0'], imports: ['geojson'] };

t.test('who asks for an environment at the same time gets it, made once and whole', async (t) => {
  t.teardown(async () => await rm(folder, { recursive: true, force: true }));
  // Somebody was stopped in the middle of it.
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/half`, '');
  const all = await Promise.all([preparePython(options), preparePython(options), preparePython(options)]);
  const missing = all.filter((python) => python === null).length;
  // The tests of the formats and of the Python SDK say so aloud.
  if (missing === all.length) return;
  t.equal(missing, 0);
  const program = `${folder}/program.py`;
  await writeFile(program, 'import geojson, sys; print(geojson.Point((1, 2)), sys.argv[1], sys.stdin.read())');
  t.equal((await all[0]?.run(program, ['a'], 'b'))?.trim(), '{"coordinates": [1, 2], "type": "Point"} a b');
  const made = await stat(`${folder}/pyvenv.cfg`);
  t.ok(await preparePython(options));
  t.same((await stat(`${folder}/pyvenv.cfg`)).mtimeMs, made.mtimeMs, 'and not again');
});
