import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const fixture = fileURLToPath(new URL('fixtures/service.ts', import.meta.url));

function start(t: Test, fate: string) {
  const child = spawn(process.execPath, [fixture, fate]);
  t.teardown(() => child.kill('SIGKILL'));
  let out = '';
  let error = '';
  const watchers: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    for (const watch of watchers) watch();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    error += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; error: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, error }));
  });
  const said = (line: string) =>
    new Promise<void>((resolve) => {
      const look = () => out.includes(`${line}\n`) && resolve();
      watchers.push(look);
      look();
    });
  return { child, ended, said };
}

t.test('a bad configuration ends with 78 and names everything at once', async (t) => {
  const { code, error } = await start(t, 'bad-configuration').ended;
  t.equal(code, 78);
  t.equal(error, 'configuration: PORT: must be a number\nconfiguration: DATABASE_URL: is not set\n');
});

t.test('a fault ends with 1 and its stack, at the start or later', async (t) => {
  for (const fate of ['fault-at-start', 'fault-later', 'unhandled-rejection']) {
    const { child, ended } = start(t, fate);
    child.stdin.end('go\n');
    const { code, error } = await ended;
    t.equal(code, 1, fate);
    t.match(error, /Error: (broken|nobody)[^]*\n {4}at /, fate);
  }
});

t.test('a service that is done ends with 0', async (t) => {
  t.equal((await start(t, 'done').ended).code, 0);
});

t.test('told to stop it stops and ends with 0, and a second signal changes nothing', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, ended, said } = start(t, 'runs');
    await said('started');
    child.kill(signal);
    await said('stopping');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    child.stdin.write('go\n');
    const { code, out } = await ended;
    t.equal(code, 0, signal);
    t.equal(out, 'started\nstopping\nstopped\n', signal);
  }
});

t.test('told to stop while it starts, it ends with 0', async (t) => {
  const { child, ended, said } = start(t, 'waits-at-start');
  await said('started');
  child.kill('SIGTERM');
  t.equal((await ended).code, 0);
});
