/** The figures of the articles can be cited: pinned to a position, their answers stay the same bytes whatever comes later. */
import type { EventJson } from '@ledgerline/testkit';
import type { Test } from 'tap';
import type { RestClient } from './rest-client.ts';
import { type Comparison, type EventItem, inWords } from './shapes.ts';

const crossings = 'crossings:person:BY-LT';
const cited = [
  `/v1/statistics/compare?series=${crossings}&period=2021&baseline=2020`,
  `/v1/statistics/series/${crossings}`,
  `/v1/statistics/series/${crossings}?bucket=month&accounting=increment`,
  `/v1/statistics/series/${crossings}/conflicts?verdict=all`,
  '/v1/statistics/series?limit=1000',
  '/v1/statistics/counts?by=kind,month&limit=1000',
  '/v1/measures?on=2021-09-15&limit=1000',
  '/v1/timeline?limit=1000',
  '/v1/timeline?knownBy=2021-08-02&limit=1000',
  '/v1/claims/a1-crossings-2021-to-date',
  '/v1/claims/a5-pushback/history?limit=1000',
  '/v1/changes?limit=1000',
];

type Data = { readonly quantities: readonly object[] };

/** What somebody might record later about those very claims. */
function laterEvents(log: readonly EventItem[]): EventJson[] {
  const dataOf = (subject: string) => log.find(({ event }) => event.subject === subject)?.event['data'] as Data;
  const event = (id: string, subject: string, type: string, data: object) =>
    ({ specversion: '1.0', id: `later-${id}`, source: 'urn:ledgerline:desk:test', subject, type, data }) as EventJson;
  const said = dataOf('a1-crossings-2021-to-date');
  const exactly = { text: '9,000', qualifier: 'exact', value: 9_000 };
  const corrected = { ...said, quantities: said.quantities.map((quantity) => ({ ...quantity, ...exactly })) };
  const reports = [{ publisher: 'Gazette', publishedOn: '2021-07-01' }];
  const ended = { status: 'ended', on: { edtf: '2021-09-01', basis: 'stated' }, reports };
  const sameIncident = { relation: 'same-incident', target: 'a1-detained-2020' };
  return [
    event('correction', 'a1-crossings-2021-to-date', 'claim.corrected.v1', { corrected, reason: 'new-information' }),
    event('retraction', 'a5-crossings-2021-to-date', 'claim.retracted.v1', { reason: 'source-retraction' }),
    event('end', 'a5-pushback', 'measure.status-changed.v1', ended),
    event('claim', 'later-claim', 'border-crossing.reported.v1', { ...dataOf('a1-detained-2020'), reports }),
    event('link', 'later-claim', 'claims.linked.v1', sameIncident),
  ];
}

/** Records events: to be called last. */
export async function checkPinnedAnswers(t: Test, client: RestClient): Promise<void> {
  const position = (await client.get('/v1/changes?limit=1')).headers.get('ledgerline-position') ?? '';
  const link = (path: string) => `${path}${path.includes('?') ? '&' : '?'}asOf=${position}`;
  const before = new Map<string, string>();
  for (const path of cited) before.set(path, (await client.get(link(path))).text);
  const results = await client.sendLines(laterEvents(await client.items<EventItem>('/v1/events?limit=1000')));
  await client.settle(results.map((result) => result.position));
  for (const [path, text] of before) {
    const { status, text: found, headers } = await client.get(link(path));
    t.equal(status, 200, path);
    t.equal(found, text, `${path} is the same bytes`);
    t.equal(headers.get('ledgerline-position'), position);
  }
  const { current, base, ratio } = await client.read<Comparison>(link(cited[0] ?? ''));
  t.same(
    [current, base].map((point) => point && inWords(point)),
    ['(4100, 4200)', '[81, 81] best 81'],
  );
  t.same(current?.claims.toSorted(), ['a1-crossings-2021-to-date', 'a5-crossings-2021-to-date']);
  t.ok(ratio?.lower && ratio.lower > 50.6 && ratio.upper && ratio.upper < 51.9);
  const now = await client.get(cited[0] ?? '');
  t.not(now.text, before.get(cited[0] ?? ''), 'unpinned it is another answer by now');
}
