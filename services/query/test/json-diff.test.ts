import fc from 'fast-check';
import t from 'tap';
import { diffJson } from '../src/claims/json-diff.ts';

t.test('a changed field is named by its JSON pointer with both values', (t) => {
  t.strictSame(diffJson({ title: 'a', n: 1 }, { title: 'b', n: 1 }), [{ pointer: '/title', before: 'a', after: 'b' }]);
  t.strictSame(diffJson({ 'a/b~c': 1 }, { 'a/b~c': 2 }), [{ pointer: '/a~1b~0c', before: 1, after: 2 }]);
  t.end();
});

t.test('what is not there is null', (t) => {
  t.strictSame(diffJson({}, { summary: 's' }), [{ pointer: '/summary', before: null, after: 's' }]);
  t.strictSame(diffJson({ tags: ['a', 'b'] }, { tags: ['a'] }), [{ pointer: '/tags/1', before: 'b', after: null }]);
  t.end();
});

t.test('equal values have no differences', (t) => {
  t.strictSame(diffJson({ a: [{ b: [1, 2] }] }, { a: [{ b: [1, 2] }] }), []);
  t.end();
});

t.test('two values differ where the differences say so and nowhere else', (t) => {
  const value = fc.dictionary(
    fc.constantFrom('a', 'b', 'a/b', 'c~d'),
    fc.oneof(fc.integer({ max: 3 }), fc.array(fc.integer({ max: 3 }))),
  );
  fc.assert(
    fc.property(value, value, (before, after) => {
      const patched = structuredClone(before) as Record<string, unknown>;
      for (const { pointer, before: was, after: is } of diffJson(before, after)) {
        t.notSame(was, is, { diagnostic: false });
        put(patched, pointer, is);
      }
      t.strictSame(JSON.parse(JSON.stringify(patched)), JSON.parse(JSON.stringify(after)), { diagnostic: false });
    }),
    { numRuns: 200 },
  );
  t.end();
});

/** null takes the value away, from the end of a list. */
function put(target: Record<string, unknown>, pointer: string, value: unknown): void {
  const [field = '', index] = pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (index === undefined) {
    if (value === null) delete target[field];
    else target[field] = value;
    return;
  }
  const list = target[field] as unknown[];
  if (value === null) list.length = Math.min(list.length, Number(index));
  else list[Number(index)] = value;
}
