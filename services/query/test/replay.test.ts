/** `GET /v1/events` as lines: the same as the pages, whichever way the lines are made. */
import { createTokenWriter, toPositionToken } from '@ledgerline/log';
import fc from 'fast-check';
import t from 'tap';
import { crossing, statement } from './fixture/event-builders.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);
const ndjson = { accept: 'application/x-ndjson' };
const sly = statement('sly', { content: 'Zażółć 😀 "quoted" \\ back\nand a line' });
await query.append(Array.from({ length: 2_300 }, (_, index) => (index % 2 ? crossing : statement)(`s-${index}`)));
await query.append([sly], { raw: JSON.stringify(sly, null, 2).replaceAll('\n', '\r\n') });

async function lines(parameters: string): Promise<unknown[]> {
  const answer = await query.get(`/v1/events?${parameters}`, ndjson);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

async function paged(parameters: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let cursor = ''; ; ) {
    const answer = await query.get(`/v1/events?limit=1000&${parameters}${cursor}`);
    const page = answer.json as { items: unknown[]; page: { next: string | null } };
    items.push(...page.items);
    if (page.page.next === null) return items;
    cursor = `&cursor=${page.page.next}`;
  }
}

t.test('a replay is what the pages are, over several batches, filtered or not', async (t) => {
  const all = await paged('');
  t.equal(all.length, 2_301);
  t.strictSame(await lines(''), all);
  t.strictSame(await lines('kind=statement'), await paged('kind=statement'));
  t.strictSame(await lines('limit=3'), all.slice(0, 3));
});

t.test('a replay goes on behind any line, and ends where it is told to', async (t) => {
  const all = (await lines('')) as { position: string }[];
  for (const index of [0, 1, 998, 999, 1_000, 1_537, 2_299, 2_300]) {
    const position = all[index]?.position ?? '';
    t.strictSame(await lines(`after=${position}`), all.slice(index + 1));
    t.strictSame(await lines(`until=${position}`), all.slice(0, index + 1));
  }
  t.strictSame(await lines('after=latest'), []);
  t.strictSame(await lines('until=earliest'), []);
});

t.test('an event comes as it was recorded, on one line', async (t) => {
  const last = (await lines('')).at(-1) as { event: unknown };
  t.strictSame(last.event, sly);
});

t.test('a token written with others is the token written by itself', (t) => {
  const offset = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
  fc.assert(
    fc.property(fc.uuid(), fc.array(offset, { minLength: 1, maxLength: 40 }), (logId, offsets) => {
      t.equal(createTokenWriter(logId)(offsets), toPositionToken({ logId, offsets }));
    }),
    { numRuns: 200 },
  );
  t.end();
});
