/** What must come out of the five source articles, where it concerns claims and measures. */
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { claimListSchema } from '../src/shapes/claim.ts';
import { measureListSchema } from '../src/shapes/measure.ts';
import { createQueryApp, type EventJson } from './fixture/query-app.ts';

const folder = new URL('../../../seeds/', import.meta.url);
const seeds = readdirSync(folder)
  .filter((name) => name.endsWith('.ndjson'))
  .toSorted()
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as EventJson);

const query = await createQueryApp(t);
await query.append(seeds);

t.test('every claim of the seeds is on the timeline', async (t) => {
  const { items } = claimListSchema.parse((await query.get('/v1/timeline?limit=1000&state=all')).json);
  t.same(new Set(items.map(({ subject }) => subject)), new Set(seeds.map(({ subject }) => subject)));
});

t.test(
  'on 15 September 2021 the pushback is in force, the fence suspended, the NATO team possibly there, Kuznica open',
  async (t) => {
    const { items } = measureListSchema.parse((await query.get('/v1/measures?on=2021-09-15')).json);
    const found = new Map(items.map(({ subject, status, inForce }) => [subject, `${status} ${inForce}`]));
    t.equal(found.get('a5-pushback'), 'in-force certain');
    t.equal(found.get('a3-lithuanian-fence'), 'suspended no');
    t.equal(found.get('a1-nato-counter-hybrid-team'), 'in-force possible');
    t.notOk(found.has('a2-kuznica-closure'));
    const onClosing = measureListSchema.parse((await query.get('/v1/measures?on=2021-11-10&inForce=certain')).json);
    t.ok(onClosing.items.some(({ subject }) => subject === 'a2-kuznica-closure'));
  },
);

t.test('by 2 August 2021 the public could know July’s 2,000 and not the 4,100', async (t) => {
  const { items } = claimListSchema.parse(
    (await query.get('/v1/timeline?knownBy=2021-08-02&border=BY-LT&hasFigure=true')).json,
  );
  const texts = items.flatMap(({ figures }) => figures.map(({ text }) => text)).join('; ');
  t.match(texts, /2,000/);
  t.notMatch(texts, /4,100|4,200/);
});

t.test('the 17 guards were replaced by the 20', async (t) => {
  const { items } = measureListSchema.parse((await query.get('/v1/measures?subject=a4-guards-17,a4-guards-20')).json);
  const [first, second] = items;
  t.match(first, { subject: 'a4-guards-17', status: 'replaced', replacedBy: ['a4-guards-20'] });
  t.match(second, { subject: 'a4-guards-20', replaces: ['a4-guards-17'] });
});
