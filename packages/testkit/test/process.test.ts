/** Child processes of tests: watched, stopped, killed, and gone with the test that started them. */
import { readFile } from 'node:fs/promises';
import { startProcess, type Teardown } from '@ledgerline/testkit';
import t from 'tap';

const program = (script: string) => ['--input-type=module', '--eval', script];

/** A test of its own whose teardown can be waited for. */
function innerTest(): Teardown & { end(): Promise<void> } {
  const works: (() => void | Promise<void>)[] = [];
  return {
    teardown: (work) => void works.push(work),
    async end() {
      for (const work of works.toReversed()) await work();
    },
  };
}

/** A zombie is no more: in a container there may be nobody to reap an orphan. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) Z/.test(stat);
}

t.test('a line is found whether it was printed before or comes after, on either stream', async (t) => {
  const script = "console.log('one'); console.error('two'); setTimeout(() => process.stdout.write('three'), 100)";
  const child = await startProcess(t, { name: 'talker', args: program(script) });
  t.equal(await child.output.waitFor(/^two$/), 'two');
  t.equal(await child.output.waitFor(/^one$/), 'one');
  t.equal(await child.output.waitFor(/^three$/), 'three', 'an unfinished last line counts');
  t.match(await child.exited, { code: 0, signal: null });
});

t.test('waiting for a line ends with the process or the deadline, and says what was printed', async (t) => {
  const short = await startProcess(t, { name: 'short', args: program("console.log('bye'); process.exitCode = 3") });
  await t.rejects(short.output.waitFor(/never/), { message: /short ended \(status 3\)[^]*bye/ });
  const long = await startProcess(t, {
    name: 'long',
    args: program("console.log('here'); setInterval(() => 0, 1000)"),
  });
  await long.output.waitFor(/here/);
  await t.rejects(long.output.waitFor(/never/, 100), { message: /long did not print[^]*here/ });
});

t.test('a child gets the environment it was given and nothing of ours', async (t) => {
  // tap adds its own to every Node that a test starts; the compile cache is there where the run has one.
  const script = `const names = Object.keys(process.env)
      .filter((name) => !/^(_TAPJS_|NODE_OPTIONS$|NODE_COMPILE_CACHE$)/.test(name));
    console.log(names.toSorted().join())`;
  const child = await startProcess(t, { name: 'env', args: program(script), env: { GIVEN: '1' } });
  t.equal(await child.output.waitFor(/GIVEN/), 'GIVEN,HOME,PATH');
});

t.test('a process is stopped in order, or killed past the deadline and the test told', async (t) => {
  const willing = "process.on('SIGTERM', () => process.exit(0)); setInterval(() => 0, 1000); console.log('up')";
  const one = await startProcess(t, { name: 'willing', args: program(willing) });
  await one.output.waitFor(/up/);
  t.match(await one.stop(), { code: 0 });
  const stubborn = "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); console.log('up')";
  const two = await startProcess(innerTest(), { name: 'stubborn', args: program(stubborn) });
  await two.output.waitFor(/up/);
  await t.rejects(two.stop(200), { message: /stubborn did not stop within 200 ms/ });
  t.notOk(await isAlive(two.pid));
});

t.test('readiness is a 2xx; it is not waited for from a process that has ended', async (t) => {
  const script = `import { createServer } from 'node:http';
    let asked = 0;
    const server = createServer((_, response) => { response.statusCode = ++asked < 3 ? 503 : 200; response.end(); });
    server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));`;
  const child = await startProcess(t, { name: 'server', args: program(script) });
  await child.waitForReady(await child.output.waitFor(/^http/), 10_000);
  const dead = await startProcess(t, { name: 'dead', args: program('') });
  await t.rejects(dead.waitForReady('http://127.0.0.1:1/', 10_000), { message: /dead ended/ });
});

t.test('what a test started is gone when the test is', async (t) => {
  const inner = innerTest();
  const child = await startProcess(inner, { name: 'child', args: program('setInterval(() => 0, 1000)') });
  await inner.end();
  t.notOk(await isAlive(child.pid));
});

t.test('what a test started is gone even when the test is killed', async (t) => {
  const script = `import { startProcess } from '@ledgerline/testkit';
    const child = await startProcess({ teardown() {} }, { name: 'grandchild', args: ['--eval', 'setInterval(() => 0, 1000)'] });
    console.log('grandchild ' + child.pid);
    setInterval(() => 0, 1000);`;
  const test = await startProcess(t, { name: 'test', args: program(script), cwd: import.meta.dirname });
  const pid = Number((await test.output.waitFor(/^grandchild /)).split(' ')[1]);
  t.ok(await isAlive(pid));
  await test.kill();
  const deadline = performance.now() + 5_000;
  while ((await isAlive(pid)) && performance.now() < deadline) await new Promise(setImmediate);
  t.notOk(await isAlive(pid));
});
