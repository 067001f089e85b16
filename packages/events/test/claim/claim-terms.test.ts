import * as fc from 'fast-check';
import { test } from 'tap';
import { arbitraryEvent } from '../../../testkit/src/arbitrary-events.ts';
import { parseEvent } from '../../src/catalogue/ledgerline-events.ts';
import { claimOf, kindOf } from '../../src/claim/claim-data.ts';
import { claimSearchText } from '../../src/claim/claim-search-text.ts';
import { borderOf, claimTerms, eventTerms } from '../../src/claim/claim-terms.ts';
import { foldText } from '../../src/claim/fold-text.ts';
import { crossing, event, statement } from '../sample-events.ts';

function parsed(value: unknown) {
  const result = parseEvent(value);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.event;
}

await test('a claim has a term for each thing it can be filtered by, folded where names are', async (t) => {
  const value = parsed(event('statement.issued.v1', { ...statement(), stance: 'denies', tags: ['Šiaurė'] }));
  const claim = claimOf(value);
  t.ok(claim);
  if (claim === null) return;
  t.same(
    new Set(claimTerms(claim.kind, claim.data, value.type)),
    new Set([
      'kind:statement',
      'type:statement.issued.v1',
      'actor:gitanas nauseda',
      'publisher:dpa',
      'tag:siaure',
      'stance:denies',
    ]),
  );
});

await test('countries and borders come from places and quantities', async (t) => {
  const value = crossing({
    places: [
      { name: 'The border', role: 'border', countries: ['PL', 'BY'] },
      { name: 'Kuźnica', role: 'crossing', countries: ['BY', 'LV'] },
    ],
  });
  const terms = eventTerms(parsed(event('border-crossing.reported.v1', value)));
  t.same(terms.filter((term) => /^(country|border|place|has|outcome):/.test(term)).toSorted(), [
    'border:BY-LT',
    'border:BY-PL',
    'country:BY',
    'country:LT',
    'country:LV',
    'country:PL',
    'has:figure',
    'outcome:crossed',
    'place:kuznica',
    'place:the border',
  ]);
});

await test('a correction has the terms of its new data, a link those of its type alone', async (t) => {
  const corrected = parsed(event('claim.corrected.v1', { corrected: crossing(), reason: 'transcription' }));
  t.match(eventTerms(corrected), ['kind:border-crossing', 'type:claim.corrected.v1']);
  t.equal(kindOf(corrected), 'border-crossing');
  const link = parsed(event('claims.linked.v1', { relation: 'quotes', target: 'other' }));
  t.same(eventTerms(link), ['type:claims.linked.v1']);
  t.equal(kindOf(link), null);
});

await test('the terms of any event are each there once, and its kind is that of its data', async () => {
  fc.assert(
    fc.property(arbitraryEvent, (value) => {
      const one = parsed(value);
      const terms = eventTerms(one);
      const claim = claimOf(one);
      return new Set(terms).size === terms.length && (claim === null || kindOf(claim.data) === claim.kind);
    }),
  );
});

await test('a border is two different countries in alphabetical order', async (t) => {
  t.equal(borderOf(['LT', 'BY']), 'BY-LT');
  t.equal(borderOf(['BY', 'LT']), 'BY-LT');
  for (const countries of [[], ['LT'], ['LT', 'LT'], ['BY', 'LT', 'PL']]) t.equal(borderOf(countries), null);
});

await test('text folds to lower case without diacritics and strokes, and folding again changes nothing', async (t) => {
  t.equal(foldText('Kuźnica Białostocka'), 'kuznica bialostocka');
  t.equal(foldText('Nausėda ŠIMONYTĖ Žemaitija'), 'nauseda simonyte zemaitija');
  t.equal(foldText('Øresund, Đakovo, Łódź'), 'oresund, dakovo, lodz');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => foldText(foldText(text)) === foldText(text)));
});

await test('search looks through title, summary, content and excerpts', async (t) => {
  const claim = claimOf(
    parsed(
      event('statement.issued.v1', {
        ...statement(),
        summary: 'A summary',
        reports: [
          { publisher: 'dpa', publishedOn: '2021-08-01', excerpt: 'a few words' },
          { publisher: 'x', publishedOn: '2021' },
        ],
      }),
    ),
  );
  t.ok(claim);
  if (claim)
    t.equal(
      claimSearchText(claim.kind, claim.data),
      'A joint letter\nA summary\nBorders are a joint task\na few words',
    );
});
