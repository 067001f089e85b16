/** Ports that are given out once, by whatever process asks. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { freePorts } from '@ledgerline/testkit';
import t from 'tap';

const COUNT = 60;

t.test('none twice, by this process or by others at the same time', async (t) => {
  const script = `import { freePorts } from '${new URL('../src/free-ports.ts', import.meta.url)}';
    console.log(JSON.stringify(await freePorts(${COUNT})));
    setTimeout(() => undefined, 1_000);`;
  const other = async (): Promise<number[]> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    return JSON.parse(stdout);
  };
  const ports = (await Promise.all([freePorts(COUNT), freePorts(COUNT), other(), other(), other()])).flat();
  t.equal(new Set(ports).size, 5 * COUNT);
  t.ok(ports.every((port) => port >= 20_000 && port < 32_000));
});

t.test('one that somebody else listens on is left out', async (t) => {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port + 1, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const next = await freePorts(3);
  t.notOk(next.includes(port + 1));
  t.equal(next.length, 3);
});
