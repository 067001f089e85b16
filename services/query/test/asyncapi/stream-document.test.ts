import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { frameDataSchemas } from '../../src/shapes/stream-frame.ts';
import { correction, crossing, statement, statementData } from '../fixture/event-builders.ts';
import { atLeast, caughtUp, createStreamApp, messages } from '../stream/stream-app.ts';

const { query, open } = await createStreamApp(t);
const { text, status, headers } = await query.get('/asyncapi.json');

type Message = { name: string; payload: object; headers: { properties: { event?: { const: string } } } };
type Document = { components: { messages: Record<string, Message>; schemas: Record<string, object> } };
const document = JSON.parse(text) as Document;

t.test('the document is valid by the AsyncAPI parser', async (t) => {
  t.equal(status, 200);
  t.match(headers['content-type'], /^application\/json/);
  const { document: parsed, diagnostics } = await new Parser().parse(text);
  t.ok(parsed, `there is none where there are errors: ${JSON.stringify(diagnostics)}`);
  t.equal(parsed?.version(), '3.0.0');
  t.equal(parsed?.allChannels().all()[0]?.address(), '/v1/stream');
});

t.test('every reference in the document leads somewhere', (t) => {
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''));
  t.ok(references.size > 10);
  for (const reference of references) {
    let value: unknown = document;
    for (const name of reference.replace(/^#\//, '').split('/'))
      value = (value as Record<string, unknown> | undefined)?.[name];
    t.ok(value, reference);
  }
  t.end();
});

t.test('what is sent is what the document says', async (t) => {
  await query.append([statement('a'), crossing('b'), correction('a', statementData({ title: 'Better' }))]);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'https://ledgerline.example/asyncapi.json', ...document });
  const valid = (name: string, data: unknown) => {
    const validate = ajv.compile({
      $ref: `https://ledgerline.example/asyncapi.json#/components/messages/${name}/payload`,
    });
    t.ok(validate(data), `${name}: ${JSON.stringify(validate.errors)}`);
  };
  for (const [deliver, name] of [
    ['events', 'event'],
    ['changes', 'change'],
  ] as const) {
    const reader = await open(`?after=earliest&deliver=${deliver}`);
    await atLeast(reader, 3);
    for (const { data } of messages(reader)) valid(name, JSON.parse(data));
    valid('caughtUp', JSON.parse((await caughtUp(reader)).data));
  }
  const validate = ajv.compile({ $ref: 'https://ledgerline.example/asyncapi.json#/components/messages/event/payload' });
  t.notOk(validate({ event: {}, partition: 0, offset: 0, recordedAt: 'x', position: 'x' }), 'and nothing else is');
});

t.test('the document names all frames that are ours', (t) => {
  const named = Object.values(document.components.messages).flatMap(
    (message) => message.headers.properties.event ?? [],
  );
  t.strictSame(
    named.map((event) => event.const),
    Object.keys(frameDataSchemas),
  );
  t.end();
});
