/** The official CloudEvents SDK for JavaScript sends what we accept. */
import { CloudEvent, HTTP, type Message } from 'cloudevents';
import t from 'tap';
import { statement } from './sample-events.ts';
import { type Ingest, startIngest } from './start-ingest.ts';

const make = () => {
  const { id, source, type, subject, data } = statement() as Record<string, string>;
  return new CloudEvent({ id, source, type, subject, data, time: '2021-08-25T10:15:00.000Z' } as never);
};

function post(ingest: Ingest, { headers, body }: Message, type?: string) {
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return ingest.post(body as string, type === undefined ? plain : { ...plain, 'content-type': type });
}

t.test('events of the JavaScript SDK are accepted', async (t) => {
  const ingest = await startIngest(t);

  t.test('in structured mode, and again as a duplicate in binary mode', async (t) => {
    const event = make();
    const structured = await post(ingest, HTTP.structured(event));
    t.equal(structured.status, 201, structured.text);
    const binary = await post(ingest, HTTP.binary(event));
    t.equal(binary.status, 200, binary.text);
    t.equal(binary.body.position, structured.body.position);
  });

  t.test('in binary mode', async (t) => {
    const answer = await post(ingest, HTTP.binary(make()));
    t.equal(answer.status, 201, answer.text);
  });

  t.test('in batch mode', async (t) => {
    const answer = await ingest.sendBatch([make(), make(), make()]);
    t.equal(answer.status, 201, answer.text);
    t.equal(answer.body.results.length, 3);
  });

  t.test('what is recorded is read back by the SDK as the same event', async (t) => {
    const event = make();
    await post(ingest, HTTP.structured(event));
    const recorded = (await ingest.recorded()).find(({ id }) => id === event.id);
    const back = HTTP.toEvent({
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(recorded),
    }) as CloudEvent<unknown>;
    t.same(JSON.parse(back.toString()), JSON.parse(event.toString()));
  });
});
