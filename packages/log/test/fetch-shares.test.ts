/** The bytes that followers of one process may fetch. */
import t from 'tap';
import { createFetchShares } from '../src/kafka/fetch-shares.ts';

const MIB = 1024 * 1024;

t.test('what all followers hold, twice what each may fetch, is bounded however many there are', (t) => {
  const shares = createFetchShares();
  const first = shares.join();
  t.equal(first.maxBytes(), MIB, 'one alone takes no more than pays');
  const others = Array.from({ length: 15 }, () => shares.join());
  t.equal(first.maxBytes() * 16 * 2, 8 * MIB);
  const many = Array.from({ length: 1_000 }, () => shares.join());
  t.equal(first.maxBytes(), MIB / 16, 'and never so little that fetching is all it does');
  for (const share of [...many, ...others]) share.leave();
  for (const share of many) share.leave();
  t.equal(first.maxBytes(), MIB, 'who leaves gives back, once');
  t.end();
});
