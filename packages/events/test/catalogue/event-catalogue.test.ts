import { test } from 'tap';
import { z } from 'zod';
import { createEventCatalogue, type Upcaster } from '../../src/catalogue/event-catalogue.ts';
import { eventOf } from '../../src/schema/envelope.ts';
import { event } from '../sample-events.ts';

const v1 = eventOf('test.sighted.v1', z.strictObject({ place: z.string() }));
const v2 = eventOf('test.sighted.v2', z.strictObject({ places: z.array(z.string()) }));
const v3 = eventOf(
  'test.sighted.v3',
  z.strictObject({ places: z.array(z.string()), tags: z.array(z.string()).default([]) }),
);
type Sighted = z.output<typeof v3>;

const toV2: Upcaster = {
  from: 'test.sighted.v1',
  to: 'test.sighted.v2',
  upcast: (old) => {
    const { place } = old['data'] as { place: string };
    return { ...old, type: 'test.sighted.v2', data: { places: [place] } };
  },
};
const toV3: Upcaster = {
  from: 'test.sighted.v2',
  to: 'test.sighted.v3',
  upcast: (old) => ({ ...old, type: 'test.sighted.v3' }),
};
const one = (from: string, to: string): Upcaster => ({ from, to, upcast: (old) => old });
const types = {
  'test.sighted.v1': { schema: v1 },
  'test.sighted.v2': { schema: v2 },
  'test.sighted.v3': { schema: v3 },
};
const catalogue = createEventCatalogue<Sighted>({ types, upcasters: [toV3, toV2] });

await test('an event of the log is read as the newest version of its type, over every step between', async (t) => {
  const old = event('test.sighted.v1', { place: 'Padvarionys' }, { expectedversion: 0 });
  const written = JSON.stringify(old);
  const decoded = catalogue.decode(old);
  t.same(decoded, {
    ok: true,
    event: { ...old, type: 'test.sighted.v3', data: { places: ['Padvarionys'], tags: [] } },
  });
  t.equal(JSON.stringify(old), written, 'the log keeps what was written');
});

await test('a client may still send an older version, and is held to that version’s schema', async (t) => {
  t.match(catalogue.parse(event('test.sighted.v1', { place: 'x' })), { ok: true, event: { type: 'test.sighted.v1' } });
  t.match(catalogue.parse(event('test.sighted.v1', { places: ['x'] })), {
    ok: false,
    errors: [{ pointer: '/data/place' }, { pointer: '/data/places' }],
  });
});

await test('an old event that its own schema refuses is not handed to an upcaster', async (t) => {
  t.same(catalogue.decode(event('test.sighted.v1', {})), {
    ok: false,
    errors: [{ pointer: '/data/place', code: 'missing-field', message: 'is required' }],
  });
  t.match(catalogue.decode(event('test.sighted.v4', {})), {
    ok: false,
    errors: [{ pointer: '/type', code: 'unknown-type' }],
  });
  t.match(catalogue.decode('garbage'), { ok: false, errors: [{ pointer: '' }] });
});

await test('a catalogue whose upcasters lead nowhere, fork or go round is not made', async (t) => {
  for (const upcasters of [
    [one('test.sighted.v1', 'test.sighted.v9')],
    [one('test.sighted.v0', 'test.sighted.v1')],
    [one('test.sighted.v1', 'test.sighted.v2'), one('test.sighted.v1', 'test.sighted.v3')],
    [one('test.sighted.v1', 'test.sighted.v2'), one('test.sighted.v2', 'test.sighted.v1')],
    [
      one('test.sighted.v3', 'test.sighted.v1'),
      one('test.sighted.v1', 'test.sighted.v2'),
      one('test.sighted.v2', 'test.sighted.v1'),
    ],
  ]) {
    t.throws(() => createEventCatalogue({ types, upcasters }));
  }
});
