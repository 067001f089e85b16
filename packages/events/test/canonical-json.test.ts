import * as fc from 'fast-check';
import { test } from 'tap';
import { arbitraryEvent } from '../../testkit/src/arbitrary-events.ts';
import { canonicalJson } from '../src/canonical-json.ts';
import { contentForComparison } from '../src/content-for-comparison.ts';

/** The same value with its keys in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

await test('the example of RFC 8785 comes out as the RFC has it', async (t) => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  t.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

await test('keys are ordered by UTF-16 code units, as RFC 8785 sorts its own example', async (t) => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  t.same(
    Object.keys(JSON.parse(canonicalJson(value))).length === 7 &&
      [...canonicalJson(value).matchAll(/:(\d)/g)].map((m) => m[1]),
    ['2', '4', '6', '7', '1', '5', '3'],
  );
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${39 - i}`, i]));
  t.equal(
    canonicalJson(many),
    JSON.stringify(Object.fromEntries(Object.entries(many).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  );
});

/** Member by member, as the RFC tells it. */
function byTheBook(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(byTheBook).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${byTheBook(inner)}`).join()}}`;
}

await test('keys that JavaScript would put elsewhere stand where the RFC has them, at any depth', async (t) => {
  t.equal(canonicalJson({ b: { 9: 1, 10: 2, a: 3 }, 2: 4 }), '{"2":4,"b":{"10":2,"9":1,"a":3}}');
  t.equal(
    canonicalJson(JSON.parse('{"b":[{"__proto__":{"x":1}}],"a":"\\u0007"}')),
    '{"a":"\\u0007","b":[{"__proto__":{"x":1}}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.dictionary(fc.oneof(fc.string(), fc.nat().map(String)), fc.jsonValue()), (a, b) => {
      const value = JSON.parse(JSON.stringify([a, b])) as unknown;
      return canonicalJson(value) === byTheBook(value);
    }),
  );
});

await test('-0 is 0, a number’s spelling is of no matter, and text is told apart code unit for code unit', async (t) => {
  t.equal(canonicalJson([-0]), '[0]');
  t.equal(canonicalJson(JSON.parse('[1.0, 1e0, 100e-2]')), '[1,1,1]');
  t.not(canonicalJson('\u00e9'), canonicalJson('e\u0301'), 'composed and decomposed é differ');
  t.not(canonicalJson('\ud800'), canonicalJson('\ud801'), 'lone surrogates differ');
});

await test('what is no JSON throws', async (t) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n, Symbol('x'), () => 1]) {
    t.throws(() => canonicalJson(value), TypeError);
  }
});

await test('the text parses back to the value, and key order makes no difference', async () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      return canonicalJson(JSON.parse(text)) === text && canonicalJson(shuffled(value)) === text;
    }),
  );
});

await test('different values have different texts', async () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const equal = JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
      return (canonicalJson(a) === canonicalJson(b)) === equal;
    }),
  );
});

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return ['a', ...value.map(sortKeys)];
  if (typeof value !== 'object' || value === null) return value;
  return [
    'o',
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  ];
}

function same(a: object, b: object): boolean {
  const [one, other] = [a, b].map((value) => canonicalJson(contentForComparison(value as Record<string, unknown>)));
  return one === other;
}

await test('trace context and a defaulted content type make no other content', async (t) => {
  fc.assert(
    fc.property(arbitraryEvent, (event) => {
      const { traceparent: _, datacontenttype: __, ...bare } = event;
      return same(event, bare) && same(event, { ...bare, tracestate: 'a=1', datacontenttype: 'application/json' });
    }),
  );
  t.notOk(same({ id: '1' }, { id: '1', expectedversion: 0 }), 'expectedversion is content');
  t.notOk(same({ data: {} }, { data: { tags: [] } }), 'a default is not what was sent');
});

await test('comparing leaves the event as it is', async (t) => {
  const event = { traceparent: 'x', data: {} };
  contentForComparison(event);
  t.same(event, { traceparent: 'x', data: {} });
});
