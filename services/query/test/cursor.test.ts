import t from 'tap';
import { type Cursor, parseCursor, toCursor, type Walk } from '../src/reading/cursor.ts';

const cursor: Cursor = {
  pinned: { logId: 'a', offsets: [3, 0, 7] },
  direction: 'next',
  key: ['2021-08-24', 'claim-1'],
};
const walk: Walk = {
  path: '/v1/timeline',
  query: { country: { negated: false, values: ['LT'] }, limit: 50, cursor: 'x' },
};

t.test('a cursor is read as it was written, and written the same every time', (t) => {
  t.strictSame(parseCursor(toCursor(cursor, walk), walk), cursor);
  t.equal(toCursor(cursor, walk), toCursor(cursor, { ...walk }));
  t.end();
});

t.test('a cursor goes with another limit, and with nothing else that is different', (t) => {
  const text = toCursor(cursor, walk);
  t.strictSame(parseCursor(text, { ...walk, query: { ...walk.query, limit: 10, cursor: text } }), cursor);
  const other = { code: 'bad-cursor' };
  t.throws(() => parseCursor(text, { ...walk, path: '/v1/measures' }), other);
  t.throws(
    () => parseCursor(text, { ...walk, query: { ...walk.query, country: { negated: true, values: ['LT'] } } }),
    other,
  );
  t.throws(() => parseCursor(text, { ...walk, query: { ...walk.query, kind: 'measure' } }), other);
  t.end();
});

t.test('a cursor with any character changed is refused', (t) => {
  const text = toCursor(cursor, walk);
  for (let index = 0; index < text.length; index += 1) {
    const changed = text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);
    t.throws(() => parseCursor(changed, walk), { code: 'bad-cursor' });
  }
  for (const junk of ['x', '%', '{}', 'bnVsbA', text.slice(1), `${text}A`, 'A'.repeat(10_000)]) {
    t.throws(() => parseCursor(junk, walk), { code: 'bad-cursor' });
  }
  t.end();
});
