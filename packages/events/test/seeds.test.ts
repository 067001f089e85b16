import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'tap';
import { parseEvent } from '../src/catalogue/ledgerline-events.ts';
import { claimOf } from '../src/claim/claim-data.ts';
import { parseEdtf } from '../src/edtf/parse-edtf.ts';
import { boundsOf } from '../src/figures/bounds.ts';
import { chainOf, seriesKeyOf } from '../src/figures/series.ts';
import type { LedgerEvent } from '../src/schema/event-types.ts';
import { checkSubject } from '../src/subject/subject-rule.ts';
import { evolveSubject, type SubjectState } from '../src/subject/subject-state.ts';

const folder = new URL('../../../seeds/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.ndjson'))
  .toSorted();
const linesOf = (name: string) => readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n');

function read(line: string): LedgerEvent {
  const result = parseEvent(JSON.parse(line));
  if (!result.ok) throw new Error(`${line.slice(0, 100)}: ${JSON.stringify(result.errors)}`);
  return result.event;
}

const events = files.flatMap((name) => linesOf(name).map(read));
const claims = events.flatMap((event) => {
  const claim = claimOf(event);
  return claim === null ? [] : [{ subject: event.subject, ...claim }];
});
const figures = claims.flatMap(({ subject, data }) =>
  data.quantities.map((quantity) => ({
    subject,
    quantity,
    chain: chainOf(quantity, data.reports),
    ...boundsOf(quantity),
  })),
);

/** By subject, by series, by day of publication. */
const ofSubject = (subject: string) => figures.find((figure) => figure.subject === subject);
const ofSeries = (key: string) => figures.filter(({ quantity }) => seriesKeyOf(quantity) === key);
const measure = (subject: string) => claims.find((claim) => claim.subject === subject)?.data;
const knownBy = (day: string) =>
  claims
    .filter(({ data }) => (parseEdtf(data.reports[0]?.publishedOn ?? '')?.latest ?? '~') <= day)
    .map(({ subject }) => subject);

/** The codes of what the subject rule refuses when the files are loaded in this order. */
function refusalsIn(order: readonly string[]): string[] {
  const states = new Map<string, SubjectState>();
  const stateOf = (subject: string) => states.get(subject);
  return order.flatMap((name) =>
    linesOf(name).flatMap((line) => {
      const event = read(line);
      const refused = checkSubject(event, stateOf);
      if (refused !== null) return [`${event.id}: ${refused.refusal.code}`];
      states.set(event.subject, evolveSubject(stateOf(event.subject), event, stateOf));
      return [];
    }),
  );
}

await test('there is a file for each of the five articles, each line an event of its own', async (t) => {
  t.same(files, ['a1.ndjson', 'a2.ndjson', 'a3.ndjson', 'a4.ndjson', 'a5.ndjson']);
  t.equal(new Set(events.map(({ id }) => id)).size, events.length);
  t.same([...new Set(events.map(({ source }) => source))], ['urn:ledgerline:desk:seed']);
});

await test('the files load in any order: nothing names a subject of another file but as a target', async (t) => {
  t.same(refusalsIn(files), []);
  t.same(refusalsIn(files.toReversed()), []);
  t.same(refusalsIn(['a3.ndjson', 'a5.ndjson', 'a1.ndjson', 'a2.ndjson', 'a4.ndjson']), [], 'by publication');
});

await test('every relation names a claim that is among the seeds', async (t) => {
  const subjects = new Set(claims.map(({ subject }) => subject));
  const targets = events.flatMap((event) => (event.type === 'claims.linked.v1' ? [event.data.target] : []));
  for (const { data } of claims) targets.push(...data.relations.map(({ target }) => target));
  t.same(
    targets.filter((target) => !subjects.has(target)),
    [],
  );
});

await test('the figures fall into the series of the contract and no others', async (t) => {
  t.same(
    new Set(figures.map(({ quantity }) => seriesKeyOf(quantity))),
    new Set([
      'crossings:person:BY-LT',
      'turned-back:person:BY-LT',
      'present:person:BY-PL',
      'present:person:BY-LT',
      'deployed:guard:BY-LV',
      'barrier-length:km:BY-PL',
      'border-length:km:BY-LT',
      'attempts:attempt:BY-LV',
      'attempts:attempt:BY-LT',
    ]),
  );
});

await test('A5 and A1 leave 4,100 to 4,200 crossings in 2021, against 81 in 2020', async (t) => {
  const [a1, a5] = [ofSubject('a1-crossings-2021-to-date'), ofSubject('a5-crossings-2021-to-date')];
  const baseline = ofSubject('a1-detained-2020');
  t.match(a5, { lower: 4100, upper: null, lowerInclusive: false, quantity: { accounting: 'cumulative' } });
  t.match(a1, { upper: 4200, upperInclusive: false, quantity: { accounting: 'cumulative' } });
  t.match(baseline, { lower: 81, best: 81, upper: 81, quantity: { accounting: 'increment', period: '2020' } });
  const [asOfA1, asOfA5] = [a1, a5].map((figure) => parseEdtf(figure?.quantity.period ?? ''));
  t.match([asOfA1?.earliest, asOfA5?.earliest], ['2021-01-01', '2021-01-01'], 'one start');
  t.ok((asOfA5?.latest ?? '~') < (asOfA1?.latest ?? ''), 'A1 is the later one');
  t.not(a1?.chain, a5?.chain, 'two chains');
});

await test('17 guards, then 20; 164 attempts in Latvia and an observed zero in Lithuania', async (t) => {
  const guards = ofSeries('deployed:guard:BY-LV').toSorted((a, b) => {
    const [endA, endB] = [a, b].map(({ quantity }) => parseEdtf(quantity.period)?.latest ?? '~');
    return (endA ?? '') < (endB ?? '') ? -1 : 1;
  });
  t.same(
    guards.map(({ best }) => best),
    [17, 20],
  );
  t.same(new Set(guards.map(({ quantity }) => quantity.accounting)), new Set(['stock']), 'a stock is never summed');
  t.match(ofSeries('attempts:attempt:BY-LV'), [{ best: 164 }]);
  t.match(ofSeries('attempts:attempt:BY-LT'), [{ lower: 0, best: 0, upper: 0 }]);
});

await test('on 2021-09-15 the pushback holds, the fence is halted, and the NATO team may have come', async (t) => {
  t.match(measure('a5-pushback'), { measureKind: 'pushback', status: 'in-force', effective: '2021-08-03/..' });
  t.match(measure('a1-nato-counter-hybrid-team'), { status: 'announced', effective: '2021-09/..' });
  t.match(measure('a2-kuznica-closure'), { effective: '2021-11-10/..' }, 'not yet');
  const halted = events.find(
    (event) => event.type === 'measure.status-changed.v1' && event.subject === 'a3-lithuanian-fence',
  );
  t.match(halted?.data, { status: 'suspended', on: { edtf: '2021-08-01' } });
});

await test('by 2 August 2021 July’s 2,000 were known, the 4,100 were not', async (t) => {
  const known = knownBy('2021-08-02');
  t.ok(known.includes('a3-crossings-2021-07'));
  t.notOk(known.includes('a5-crossings-2021-to-date'));
});

await test('each claim says where it was published, and inexact dates say how they were found', async (t) => {
  const publishers: Record<string, string> = { a3: 'dpa', a4: 'BNN' };
  for (const { subject, data } of claims) {
    const article = subject.slice(0, 2);
    t.equal(
      data.reports[0]?.publisher,
      publishers[article] ?? `Unnamed outlet, article ${article.toUpperCase()}`,
      subject,
    );
    if (data.occurred.edtf === '2023-09/2023-10') t.equal(data.occurred.basis, 'inferred', subject);
  }
});

await test('docs/seed-data.md names every claim', async (t) => {
  const text = readFileSync(new URL('../../../docs/seed-data.md', import.meta.url), 'utf8');
  for (const { subject } of events) t.ok(text.includes(`| ${subject} |`), subject);
});
