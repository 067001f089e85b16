/** The official CloudEvents SDK for Python sends what we accept: a check by code that shares nothing with ours. */
import { fileURLToPath } from 'node:url';
import { preparePython } from '@ledgerline/testkit';
import t from 'tap';
import { isCi } from './config.ts';
import { statement } from './sample-events.ts';
import { startIngest } from './start-ingest.ts';

const SDK = 'cloudevents==2.2.0';
const script = fileURLToPath(new URL('fixtures/send-events.py', import.meta.url));

t.test('events of the Python SDK are accepted in every mode', async (t) => {
  const python = await preparePython({
    name: 'cloudevents',
    packages: [SDK],
    imports: ['cloudevents.core.bindings.http', 'cloudevents.v1.http'],
  });
  if (!python) {
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
  const output = await python.run(script, [`${ingest.url}/v1/events`], JSON.stringify(events));
  const answers = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { mode: string; status: number });
  const statuses = answers.map(({ mode, status }) => [mode, status]);
  const expected = ['structured', 'binary', 'old structured', 'old binary', 'batch'].map((mode) => [mode, 201]);
  t.same(statuses, expected, output);
  const recorded = await ingest.recorded();
  for (const event of events)
    t.match(
      recorded.find(({ id }) => id === event['id']),
      event,
    );
});
