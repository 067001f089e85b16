/** The checker finds each thing that may not be: of a run that went well nothing, of one that did not, that. */
import type { EventJson } from '@ledgerline/testkit';
import t from 'tap';
import { checkLog } from './check-log.ts';
import type { LogRecord } from './raw-log.ts';
import { type Sent, type Told, toSend } from './sent-events.ts';

const eventOf = (id: string, also: Partial<EventJson> = {}): EventJson => {
  return { source: 'urn:x', id, subject: 's', type: 'statement.issued.v1', data: { title: id }, ...also };
};
const at = (offset: number, event: EventJson): LogRecord => {
  return { partition: 1, offset, recordedAt: `2021-08-24T00:00:00.00${offset}Z`, key: event.subject, event };
};
const acknowledged = (offset: number): Told => {
  return { status: 'stored', partition: 1, offset, recordedAt: `2021-08-24T00:00:00.00${offset}Z`, position: '' };
};
const stored = (id: string, offset: number, also: Partial<Sent> = {}): Sent =>
  toSend(eventOf(id), 'stored', { told: acknowledged(offset), ...also });
const refused = (code: string): Told => ({ status: 'refused', http: 409, code });

function found(sent: readonly Sent[], records: readonly LogRecord[]): string[] {
  return checkLog(sent, records).map(({ kind, what }) => `${kind}: ${what.split('\n')[0]}`);
}

t.test('a run that went well has no differences', async (t) => {
  const sent = [
    stored('a', 0),
    stored('b', 1, { unknown: 3, told: { ...acknowledged(1), status: 'duplicate' } as Told }),
    toSend(eventOf('a'), 'duplicate', { told: { ...acknowledged(0), status: 'duplicate' } as Told }),
    toSend(eventOf('a', { time: 'other' }), { refused: 'id-reused' }, { told: refused('id-reused') }),
    toSend(eventOf('gone'), 'stored', { abandoned: true, unknown: 1 }),
    toSend(eventOf('kept'), 'stored', { abandoned: true, unknown: 1 }),
  ];
  t.same(found(sent, [at(0, eventOf('a')), at(1, eventOf('b')), at(2, eventOf('kept'))]), []);
});

t.test('twins may both be told of the one effect, at its one place', async (t) => {
  const [one, other] = [stored('a', 0, { twin: true }), stored('a', 0, { twin: true })];
  t.same(found([one, other], [at(0, eventOf('a'))]), []);
  const elsewhere = stored('a', 1, { twin: true });
  t.match(found([one, elsewhere], [at(0, eventOf('a'))]), [/acknowledged elsewhere/]);
});

const a = stored('a', 0);
const recordA = at(0, eventOf('a'));
const cases: [title: string, sent: Sent[], records: LogRecord[], difference: RegExp][] = [
  ['an acknowledged event that is not there', [a], [], /^lost: urn:x a was acknowledged at 1\/0/],
  ['an event that is there twice', [a], [recordA, at(1, eventOf('a'))], /^doubled: urn:x a at 1\/0 and at 1\/1/],
  ['content that was altered', [a], [at(0, eventOf('a', { data: { title: 'b' } }))], /^wrong: .*not as it was sent/],
  ['another place than was said', [stored('a', 5)], [recordA], /^wrong: .*acknowledged elsewhere/],
  [
    'a refused event',
    [toSend(eventOf('a'), 'race', { told: refused('version-conflict') })],
    [recordA],
    /refused .*at 1\/0/,
  ],
  ['an event that nobody sent', [], [recordA], /^wrong: nobody sent urn:x a/],
  ['a record under another key', [a], [{ ...recordA, key: 'other' }], /has the key other/],
  ['an event that was never answered', [toSend(eventOf('a'))], [recordA], /was never answered/],
  ['a wrong 409', [toSend(eventOf('a'), 'stored', { told: refused('version-conflict') })], [], /instead of stored/],
  [
    'a refusal that was due and did not come',
    [toSend(eventOf('a'), { refused: 'id-reused' }, { told: acknowledged(0) })],
    [recordA],
    /answered stored instead of id-reused/,
  ],
  ['an effect that was answered twice', [a, stored('a', 0)], [recordA], /^doubled: .*stored once more/],
  [
    'a duplicate of nothing',
    [{ ...a, told: { ...acknowledged(0), status: 'duplicate' } as Told }],
    [recordA],
    /duplicate when it was new/,
  ],
  ['an order that is not the sender’s', [stored('b', 1), a], [recordA, at(1, eventOf('b'))], /follows what is at 1\/1/],
  [
    'a version that was not expected',
    [stored('a', 0)],
    [at(0, eventOf('a', { expectedversion: 1 }))],
    /expected version 1 and stands at 0/,
  ],
];
for (const [title, sent, records, difference] of cases) {
  t.test(`found: ${title}`, async (t) => {
    const differences = found(sent, records);
    t.ok(
      differences.some((one) => difference.test(one)),
      JSON.stringify(differences),
    );
  });
}

t.test('found: a race with two winners, and one with none', async (t) => {
  const racer = (id: string, told: Told) => toSend(eventOf(id), 'race', { race: 'r', told });
  const records = [at(0, eventOf('a')), at(1, eventOf('b'))];
  t.match(found([racer('a', acknowledged(0)), racer('b', acknowledged(1))], records), [/the race r ended with/]);
  const none = [racer('a', refused('version-conflict')), racer('b', refused('version-conflict'))];
  t.match(found(none, []), [/the race r ended with/]);
  t.same(found([racer('a', acknowledged(0)), racer('b', refused('version-conflict'))], records.slice(0, 1)), []);
});
