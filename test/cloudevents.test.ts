/**
 * The official CloudEvents SDKs and kcat against our ingest on a real Kafka: what others send is taken, and what we write
 * others can read.
 */
import { freshDatabase, type KafkaBroker, startKafka, startService } from '@ledgerline/testkit';
import { CloudEvent, HTTP, Kafka as KafkaBinding, type Message } from 'cloudevents';
import t, { type Test } from 'tap';
import { hasKcat, type KcatRecord, readTopic } from './support/kcat.ts';
import { notRun } from './support/not-run.ts';
import { PYTHON_SDK, preparePythonSdk, pythonModes } from './support/python-sdk.ts';
import { createRestClient } from './support/rest-client.ts';
import { statement } from './support/sample-claims.ts';
import { freshTopic } from './support/systems.ts';

const broker = await startKafka(t);
if (broker === null) t.pass('no broker', { skip: 'no Kafka broker can be had' });
else await testOn(broker);

async function testOn({ brokers }: KafkaBroker): Promise<void> {
  const topic = freshTopic();
  const { url } = await freshDatabase(t);
  const ingest = await startService(t, 'ingest', {
    DATABASE_URL: url,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC: topic,
  });
  await ingest.ready();
  const client = createRestClient({ read: ingest.baseUrl, write: ingest.baseUrl });

  /** The events as kcat finds them in the topic, one each. */
  async function recorded(t: Test, events: readonly { id: string }[]): Promise<KcatRecord[]> {
    const records = await readTopic(brokers, topic);
    return events.map(({ id }) => {
      const found = records.filter(({ payload }) => (JSON.parse(payload) as { id: string }).id === id);
      t.equal(found.length, 1, `${id} is in the topic once`);
      return found[0] as KcatRecord;
    });
  }

  await t.test('kcat reads a record as the Kafka binding defines it, keyed by its subject', async (t) => {
    if (!(await hasKcat())) return notRun(t, 'reading the topic by another program. Install kcat');
    const event = {
      ...statement(),
      subject: 'claim:a~b.c_d-e',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };
    t.equal((await client.send(event)).status, 201);
    const [record] = await recorded(t, [event]);
    t.equal(record?.key, event.subject);
    t.match(record?.headers.get('content-type'), /^application\/cloudevents\+json(; *charset=utf-8)?$/i);
    t.same(JSON.parse(record?.payload ?? ''), event);
  });

  await t.test('kcat finds one event a record, all of a subject in one partition, in order', async (t) => {
    if (!(await hasKcat())) return notRun(t, 'reading the topic by another program. Install kcat');
    const first = statement();
    const second = { ...first, id: 'second', type: 'claim.retracted.v1', data: { reason: 'duplicate' } };
    const others = Array.from({ length: 20 }, () => statement());
    await client.sendLines([first, ...others, second]);
    const [one, two] = await recorded(t, [first, second]);
    t.equal(one?.partition, two?.partition);
    t.ok((one?.offset ?? 0) < (two?.offset ?? 0));
    t.ok(new Set((await recorded(t, others)).map(({ partition }) => partition)).size > 1);
  });

  await t.test('the JavaScript SDK is understood in every mode, and reads back what it sent', async (t) => {
    const make = () => {
      const { id, source, type, subject, time, data } = statement() as Record<string, string>;
      return new CloudEvent({ id, source, type, subject, time, data } as ConstructorParameters<typeof CloudEvent>[0]);
    };
    const [structured, binary, ...batch] = Array.from({ length: 5 }, make);
    if (structured === undefined || binary === undefined) throw new Error('no events');
    t.equal(await sendMessage(ingest.baseUrl, HTTP.structured(structured)), 201, 'structured');
    t.equal(await sendMessage(ingest.baseUrl, HTTP.binary(binary)), 201, 'binary');
    const many = await client.post(JSON.stringify(batch), 'application/cloudevents-batch+json');
    t.equal(many.status, 201, many.text);
    t.equal(await sendMessage(ingest.baseUrl, HTTP.binary(structured)), 200, 'again in another mode: a duplicate');

    if (!(await hasKcat())) return notRun(t, 'reading the topic by another program. Install kcat');
    const sent = [structured, binary, ...batch];
    for (const [index, { key, headers, payload }] of (await recorded(t, sent)).entries()) {
      const message = { key: key ?? '', value: payload, body: payload, headers: Object.fromEntries(headers) };
      const back = KafkaBinding.toEvent(message) as CloudEvent<unknown>;
      // The key of a record is an attribute to the SDK.
      const expected = { ...sent[index]?.toJSON(), partitionkey: sent[index]?.subject };
      // In binary mode the data's type is said by the request's own.
      t.same(back.toJSON(), sent[index] === binary ? { ...expected, datacontenttype: 'application/json' } : expected);
    }
  });

  await t.test('the Python SDK is understood in every mode', async (t) => {
    const sendWithPython = await preparePythonSdk();
    if (!sendWithPython) {
      return notRun(t, `the Python SDK. Install python3 with venv and pip, and a way to ${PYTHON_SDK}`);
    }
    const events = Array.from({ length: pythonModes.length + 2 }, () => statement());
    const sent = await sendWithPython(`${ingest.baseUrl}/v1/events`, events);
    t.same(
      sent.map(({ mode, status }) => [mode, status]),
      pythonModes.map((mode) => [mode, 201]),
      JSON.stringify(sent),
    );
    if (!(await hasKcat())) return notRun(t, 'reading the topic by another program. Install kcat');
    for (const [index, { key, payload }] of (await recorded(t, events)).entries()) {
      t.equal(key, events[index]?.subject);
      t.match(JSON.parse(payload), events[index] ?? {});
    }
  });
}

/** A message of the SDK's HTTP binding, headers and body as it made them. */
async function sendMessage(baseUrl: string, { headers, body }: Message): Promise<number> {
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const response = await fetch(`${baseUrl}/v1/events`, { method: 'POST', headers: plain, body: body as string });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return response.status;
}
