import { toPositionToken } from '@ledgerline/log';
import t from 'tap';
import { crossing, statement } from '../fixture/event-builders.ts';
import {
  atLeast,
  caughtUp,
  createStreamApp,
  frameNamed,
  items,
  listEvents,
  messages,
  mixedEvents,
  subjects,
} from './stream-app.ts';

const { query, open } = await createStreamApp(t);
await query.append(mixedEvents(40));

t.test(
  'a stream from the beginning gives what /v1/events lists, says once that it has caught up, and goes on',
  async (t) => {
    const reader = await open('?after=earliest');
    t.equal(reader.status, 200);
    t.equal(reader.headers['content-type'], 'text/event-stream');
    t.equal(reader.headers['cache-control'], 'no-store');
    await caughtUp(reader);
    t.match(reader.text(), /^retry: 3000\n: /, 'at once the time to come back after, and a comment');
    t.strictSame(items(reader), (await listEvents(query)).items);

    await query.append([statement('later-1'), crossing('later-2')]);
    await atLeast(reader, 42);
    t.strictSame(subjects(reader).slice(40), ['later-1', 'later-2']);
    t.equal(reader.frames.filter(({ event }) => event === 'caught-up').length, 1);
    for (const { id, data } of messages(reader)) t.equal((JSON.parse(data) as { position: string }).position, id);
  },
);

t.test('from any frame’s id on come exactly the events after it, with a filter too', async (t) => {
  for (const filter of ['', '&kind=border-crossing', '&q=Number']) {
    const all = await open(`?after=earliest${filter}`);
    await caughtUp(all);
    const wanted = subjects(all);
    t.ok(wanted.length > 5);
    for (const [index, { id }] of messages(all).entries()) {
      if (index % 7 !== 0) continue;
      const rest = await open(`?after=earliest${filter}`, { 'last-event-id': id });
      await caughtUp(rest);
      t.strictSame(subjects(rest), wanted.slice(index + 1), 'Last-Event-ID comes before after');
      rest.cut();
    }
    all.cut();
  }
});

t.test('live events are chosen as the list chooses them', async (t) => {
  const filters = ['kind=statement', 'kind=!statement', 'q=walrus', 'tag=rare', 'subject=live-3,live-5'];
  const readers = await Promise.all(filters.map((filter) => open(`?${filter}`)));
  await Promise.all(readers.map(caughtUp));
  const start = readers[0]?.headers['ledgerline-position'];
  await query.append([
    statement('live-1'),
    crossing('live-2', { title: 'Walruses crossed' }),
    statement('live-3', { tags: ['rare'] }),
    crossing('live-4'),
    statement('live-5', { content: 'A walrus, said he.' }),
  ]);
  for (const [index, filter] of filters.entries()) {
    const listed = (await listEvents(query, `&${filter}&after=${start}`)).items;
    const reader = readers[index];
    if (reader === undefined) throw new Error('a reader is missing');
    t.ok(listed.length > 0 && listed.length < 5);
    await atLeast(reader, listed.length);
    t.strictSame(
      items(reader).map(({ event }) => event),
      listed.map((item) => (item as { event: unknown }).event),
      filter,
    );
  }
});

t.test('a stream from now on has caught up at once, whatever there is already', async (t) => {
  const reader = await open('');
  const { id } = await caughtUp(reader);
  t.equal(id, reader.headers['ledgerline-position']);
  t.equal(messages(reader).length, 0);
  await query.append([statement('now-1')]);
  await atLeast(reader, 1);
  t.strictSame(subjects(reader), ['now-1']);
});

t.test('a time begins a stream at the first event appended at or after it', async (t) => {
  const listed = (await listEvents(query)).items as { recordedAt: string; event: { subject: string } }[];
  const { recordedAt } = listed[20] ?? { recordedAt: '' };
  const reader = await open(`?after=${recordedAt}`);
  await caughtUp(reader);
  t.strictSame(
    subjects(reader),
    listed.filter((item) => item.recordedAt >= recordedAt).map(({ event }) => event.subject),
  );
});

t.test('as lines each frame has an event, an id and data', async (t) => {
  const reader = await open('?after=earliest', { accept: 'application/x-ndjson' });
  t.equal(reader.headers['content-type'], 'application/x-ndjson');
  await reader.until('caught-up', () => (reader.text().includes('"caught-up"') ? true : undefined));
  const lines = reader.text().split('\n');
  t.equal(lines[0], '', 'at once a line, so that the stream is seen to be open');
  const frames = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  const listed = (await listEvents(query)).items;
  t.strictSame(
    frames.filter(({ event }) => event === 'message').map(({ data }) => data),
    listed,
  );
  for (const frame of frames) t.strictSame(Object.keys(frame), ['event', 'id', 'data']);
  t.equal(frames.at(-1)?.['event'], 'caught-up');
});

t.test('a bad beginning is refused before the stream begins', async (t) => {
  const ahead = toPositionToken({ logId: query.logId, offsets: [9_999, 0, 0, 0] });
  const foreign = toPositionToken({ logId: 'another', offsets: [0, 0, 0, 0] });
  const partial = toPositionToken({ logId: query.logId, offsets: [1, null, null, null] });
  for (const [code, path, headers] of [
    ['bad-position', '', { 'last-event-id': 'junk' }],
    ['bad-position', '', { 'last-event-id': 'latest' }],
    ['bad-position', '?after=junk', {}],
    ['bad-position', `?after=${foreign}`, {}],
    ['partial-position', `?after=${partial}`, {}],
    ['position-ahead', `?after=${ahead}`, {}],
    ['position-ahead', '', { 'last-event-id': ahead }],
    ['position-ahead', '?after=2999-01-01T00:00:00Z', {}],
    ['unknown-parameter', '?afer=earliest', {}],
    ['unknown-parameter', '?knownBy=2021-08-02', {}],
    ['unknown-parameter', '?asOf=latest', {}],
    ['invalid-parameter', '?from=2021-09&to=2021-08', {}],
    ['invalid-parameter', '?deliver=everything', {}],
  ] as const) {
    const answer = await query.get(`/v1/stream${path}`, headers);
    t.equal(answer.at('/code'), code, `${path} ${JSON.stringify(headers)}`);
    t.match(answer.headers['content-type'], /^application\/problem\+json/);
  }
});

t.test('HEAD answers as GET would begin, and opens no stream', async (t) => {
  const response = await query.app.inject({ method: 'HEAD', url: '/v1/stream', headers: { host: 'localhost' } });
  t.equal(response.statusCode, 200);
  t.equal(response.headers['content-type'], 'text/event-stream');
  t.ok(response.headers['ledgerline-position']);
});

t.test('what a client sends can’t break a frame', async (t) => {
  const reader = await open('');
  await caughtUp(reader);
  const content = 'one\n\nevent: bye\ndata: {}\n\nid: x';
  const slyEvents = ['\n', '\r', '\r\n'].map((lineBreak, index) => {
    const event = { ...statement(`sly-${index}`, { content }) };
    return { event, raw: JSON.stringify(event, null, 2).replaceAll('\n', lineBreak) };
  });
  // White space between tokens is kept by the log: a line break in it, of any kind, must not end the frame's line.
  for (const { event, raw } of slyEvents) await query.append([event], { raw });
  await atLeast(reader, slyEvents.length);
  t.strictSame(
    items(reader).map(({ event }) => event),
    slyEvents.map(({ event }) => event),
  );
  t.notMatch(reader.text(), '\r');
  t.strictSame([...new Set(reader.frames.map(({ event }) => event))], ['caught-up', 'message']);
});

t.test('a record that the journal could not take in is told as a gap, live and afterwards', async (t) => {
  const live = await open('');
  const { id: before } = await caughtUp(live);
  const { pool } = query.database;
  await pool.query(
    `with moved as (
       update projection.checkpoints set next_offset = next_offset + 1, parked = parked + 1
       where view = 'journal' and partition = 2 returning generation, next_offset - 1 as parked_at)
     insert into projection.parked (view, generation, partition, "offset", reason, message, value, recorded_at)
     select 'journal', generation, 2, parked_at, 'undecodable', 'no JSON', '', now() from moved`,
  );
  const told = await frameNamed(live, 'gap');
  const later = await open(`?after=${before}`);
  t.strictSame(await frameNamed(later, 'gap'), told);
  const { records } = JSON.parse(told.data) as { records: { partition: number }[] };
  t.strictSame(
    records.map(({ partition }) => partition),
    [2],
  );
});
