/** The official CloudEvents SDK for Python sends what we accept: a check by code that shares nothing with ours. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { isCi } from './config.ts';
import { statement } from './sample-events.ts';
import { startIngest } from './start-ingest.ts';

const SDK = 'cloudevents==2.2.0';
const folder = fileURLToPath(new URL('../../../node_modules/.cache/cloudevents-python/', import.meta.url));
const python = `${folder}${process.platform === 'win32' ? 'Scripts' : 'bin'}/python`;
const script = fileURLToPath(new URL('fixtures/send-events.py', import.meta.url));

const runs = (command: string, args: readonly string[]) => spawnSync(command, args, { timeout: 120_000 }).status === 0;

/** A virtual environment with the SDK, made once. False where there is no Python, or no way to the SDK. */
function hasSdk(): boolean {
  const imports = ['-c', 'import cloudevents.core.bindings.http'];
  if (existsSync(python) && runs(python, imports)) return true;
  return (
    runs('python3', ['-m', 'venv', folder]) &&
    runs(python, ['-m', 'pip', 'install', '-q', SDK]) &&
    runs(python, imports)
  );
}

function send(url: string, events: unknown): Promise<{ output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(python, [script, url]);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('close', () => resolve({ output, errors }));
    child.stdin.end(JSON.stringify(events));
  });
}

t.test('events of the Python SDK are accepted in every mode', async (t) => {
  if (!hasSdk()) {
    const message = `NOT RUN: the Python SDK. Install python3 with venv and pip, and a way to ${SDK}`;
    process.stderr.write(`\n### ${message} ###\n\n`);
    if (isCi) t.fail(message);
    return;
  }
  const ingest = await startIngest(t);
  const events = Array.from({ length: 6 }, () =>
    statement(
      { time: '2021-08-25T10:15:00Z', datacontenttype: 'application/json' },
      { summary: 'Nausėda, “quoted” 😀' },
    ),
  );
  const { output, errors } = await send(`${ingest.url}/v1/events`, events);
  const answers = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { mode: string; status: number });
  const statuses = answers.map(({ mode, status }) => [mode, status]);
  const expected = ['structured', 'binary', 'old structured', 'old binary', 'batch'].map((mode) => [mode, 201]);
  t.same(statuses, expected, output + errors);
  const recorded = await ingest.recorded();
  for (const event of events)
    t.match(
      recorded.find(({ id }) => id === event['id']),
      event,
    );
});
