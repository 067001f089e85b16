import * as fc from 'fast-check';
import { test } from 'tap';
import { z } from 'zod';
import { arbitraryEvent, type EventJson } from '../../../testkit/src/arbitrary-events.ts';
import { fastCheckOf } from '../../src/catalogue/fast-check-of.ts';
import { parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { correctionSchemaFor, type EventType, eventSchemas } from '../../src/schema/event-types.ts';

type Json = Record<string, unknown>;

const schemaOf = (event: Json): z.ZodType =>
  event['type'] === 'claim.corrected.v1' ? correctionSchemaFor(event) : eventSchemas[event['type'] as EventType];
const checks = new Map<z.ZodType, (value: unknown) => boolean>();
const quickly = (event: Json) => {
  const schema = schemaOf(event);
  const check = checks.get(schema) ?? fastCheckOf(schema);
  checks.set(schema, check);
  return check(event);
};

/** Every object and list inside, the event itself included. */
function containersIn(value: unknown): (Json | unknown[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = value as Json | unknown[];
  return [own, ...Object.values(own).flatMap(containersIn)];
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 181, 1e300, '', 'x', '5', 'a\nb', '\u0000', '\ud800', [], {}),
  fc.constantFrom<unknown>(
    'LT',
    'LT-BY',
    'BY-LT',
    '2021-02-30',
    '2021-08-03/..',
    '../2021',
    'P14D',
    'range',
    'exact',
    'speaker',
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(51),
    '😀'.repeat(201),
    'http://a/b',
    'javascript:x',
    'urn:x:y',
    ['LT'],
    [1, 2],
    [[]],
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
);
const newName = fc.constantFrom(
  'extra',
  'value',
  'lower',
  'upper',
  'time',
  'expectedversion',
  'country',
  '__proto__',
  'places',
);
const bend = fc.record({
  where: fc.nat(),
  which: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
  name: newName,
  value: odd,
});

type Bend = typeof bend extends fc.Arbitrary<infer B> ? B : never;

function bent(event: EventJson, { where, which, how, name, value }: Bend): Json {
  const copy = structuredClone(event) as Json;
  const containers = containersIn(copy);
  const inside = containers[where % containers.length] ?? copy;
  if (Array.isArray(inside)) {
    const at = which % (inside.length + 1);
    if (how === 'remove') inside.splice(at, 1);
    else if (how === 'repeat') inside.push(...Array.from({ length: 45 }, () => structuredClone(inside[0] ?? value)));
    else inside[at] = value;
    return copy;
  }
  const names = Object.keys(inside).filter((one) => one !== 'type' || inside !== copy);
  const chosen = names[which % names.length] ?? name;
  if (how === 'remove') delete inside[chosen];
  else
    Object.defineProperty(inside, how === 'replace' ? chosen : name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}

await test('an event is accepted quickly exactly where its schema accepts it, whatever is bent in it', async (t) => {
  let refused = 0;
  fc.assert(
    fc.property(arbitraryEvent, fc.array(bend, { maxLength: 2 }), (event, bends) => {
      const value = bends.reduce<Json>((before, one) => bent(before as EventJson, one), event);
      const result = schemaOf(value).safeParse(value);
      if (!result.success) refused += 1;
      if (quickly(value) !== result.success) throw new Error(`${JSON.stringify(value)} ${JSON.stringify(result)}`);
      const parsed = parseEvent(value);
      if (parsed.ok !== result.success) throw new Error(JSON.stringify(parsed));
      if (parsed.ok) t.same(parsed.event, result.data, 'the event is the one that zod makes');
    }),
    { numRuns: 3_000 },
  );
  t.ok(refused > 500, `${refused} were bent too far`);
});

await test('a schema that is not known how to check is never accepted quickly', (t) => {
  const unknown = [
    z.object({ a: z.string() }),
    z.date(),
    z.strictObject({ a: z.string().transform(Number) }),
    z.unknown(),
  ];
  for (const schema of unknown) t.notOk([{ a: 'x' }, new Date(), 1].some(fastCheckOf(schema)));
  t.notOk(fastCheckOf(z.strictObject({ a: z.string().exactOptional() }))({ a: undefined }), 'undefined is not JSON');
  t.end();
});
