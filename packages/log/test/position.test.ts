import { test } from 'tap';
import { hasReached, parsePositionToken, positionAfter, toPositionToken } from '../src/position.ts';

await test('a position survives its token', async (t) => {
  const position = { logId: 'log-1', offsets: [0, 41, null, 9007199254740991] };
  t.same(parsePositionToken(toPositionToken(position)), position);
  t.match(toPositionToken(position), /^[A-Za-z0-9_-]+$/);
});

await test('so does what a stream has told apart from events; nothing told is no part of it', async (t) => {
  const position = { logId: 'log-1', offsets: [0, 41] };
  for (const amended of [
    { id: 7, named: 0 },
    { id: 0, named: 3 },
    { id: 7, named: 3 },
  ]) {
    t.same(parsePositionToken(toPositionToken({ ...position, amended })), { ...position, amended });
  }
  t.equal(toPositionToken({ ...position, amended: { id: 0, named: 0 } }), toPositionToken(position));
});

await test('a token that is not exactly one of ours is refused', async (t) => {
  for (const token of [
    '',
    '!',
    'abc',
    'earliest',
    encode({}),
    encode([2, 'log', [1]]),
    encode([1, 7, [1]]),
    encode([1, 'log', []]),
    encode([1, 'log', [-1]]),
    encode([1, 'log', [1.5]]),
    encode([1, 'log', ['1']]),
    encode([1, 'log', [1], 'more']),
    encode([1, 'log', [1], -1]),
    encode([1, 'log', [1], 1, 2, 3]),
    `${encode([1, 'log', [1]])}=`,
    'A'.repeat(5000),
  ]) {
    t.equal(parsePositionToken(token), null, token.slice(0, 40));
  }
});

await test("a write's position names only the partitions it wrote, after its last record", async (t) => {
  const stored = [
    { partition: 2, offset: 7 },
    { partition: 0, offset: 3 },
    { partition: 2, offset: 5 },
  ];
  t.same(positionAfter('log', 4, stored), { logId: 'log', offsets: [4, null, 8, null] });
});

await test('a position is reached when every partition it names is', async (t) => {
  const wanted = { logId: 'log', offsets: [4, null, 8] };
  t.ok(hasReached([4, 0, 8], wanted));
  t.ok(hasReached([9, 0, 9], wanted));
  t.notOk(hasReached([4, 9, 7], wanted));
  t.notOk(hasReached([4], wanted), 'a partition the holder has not seen');
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
