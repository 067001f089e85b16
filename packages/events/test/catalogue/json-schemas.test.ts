import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { test } from 'tap';
import { arbitraryEvent } from '../../../testkit/src/arbitrary-events.ts';
import { eventJsonSchemas, eventTypes, jsonSchemaOf, parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { crossing, event, measure, quantity, statement } from '../sample-events.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new Map(Object.entries(eventJsonSchemas()).map(([type, schema]) => [type, ajv.compile(schema)]));

await test('each type has a schema of draft 2020-12 with its own address', async (t) => {
  for (const type of eventTypes) {
    t.match(jsonSchemaOf(type), {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `/v1/schemas/${type}`,
      required: ['specversion', 'id', 'source', 'subject', 'type', 'data'],
      additionalProperties: false,
    });
  }
  t.equal(jsonSchemaOf('nothing.v1'), undefined);
  t.same(Object.keys(eventJsonSchemas()), eventTypes);
});

await test('whatever we take, the schema takes', async () => {
  fc.assert(
    fc.property(arbitraryEvent, (value) => {
      const validate = validators.get(value.type);
      if (validate === undefined || !parseEvent(value).ok) return false;
      if (!validate(value)) throw new Error(JSON.stringify(validate.errors));
      return true;
    }),
    { numRuns: 300 },
  );
});

await test('what the schema can say, it refuses as we do', async (t) => {
  const bad = [
    event('border-crossing.reported.v1', crossing(), { extra: 1 }),
    event('border-crossing.reported.v1', crossing(), { id: '-' }),
    event('border-crossing.reported.v1', crossing({ quantities: [] })),
    event('border-crossing.reported.v1', crossing({ title: 'x'.repeat(201) })),
    event('border-crossing.reported.v1', crossing({ quantities: [quantity({ qualifier: 'range' })] })),
    event('border-crossing.reported.v1', crossing({ quantities: [quantity({ lower: 1 })] })),
    event('statement.issued.v1', statement({ actors: [] })),
    event('measure.adopted.v1', measure({ effective: '2021' })),
    event('claim.corrected.v1', { corrected: {}, reason: 'duplicate' }),
  ];
  for (const value of bad) {
    t.notOk(parseEvent(value).ok);
    t.notOk(validators.get(String(value['type']))?.(value), JSON.stringify(value).slice(0, 60));
  }
});

await test('fields whose name does not explain them are described', async (t) => {
  const schema = jsonSchemaOf('measure.adopted.v1') as {
    properties: { data: { properties: Record<string, { description?: string }> } };
  };
  for (const field of [
    'title',
    'occurred',
    'reports',
    'quantities',
    'measureKind',
    'status',
    'effective',
    'minimumDuration',
  ]) {
    t.type(schema.properties.data.properties[field]?.description, 'string', field);
  }
});
