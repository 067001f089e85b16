import t from 'tap';
import { decodeHeader } from '../src/modes/binary-event.ts';
import { statement, statementData } from './sample-events.ts';
import { startIngest } from './start-ingest.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** The attributes of an event as headers. */
function toHeaders(event: Record<string, unknown>): Record<string, string> {
  const attributes = Object.entries(event).filter(([name, value]) => name !== 'data' && value !== undefined);
  return Object.fromEntries(attributes.map(([name, value]) => [`ce-${name}`, String(value)]));
}

t.test('binary mode', async (t) => {
  const ingest = await startIngest(t);

  t.test('attributes in headers and data in the body make the same event as structured mode', async (t) => {
    const event = statement({ time: '2021-08-25T00:00:00Z', expectedversion: 0, traceparent: '00-aa-bb-01' });
    const body = JSON.stringify(event['data'], null, 2);
    const answer = await ingest.post(body, { ...toHeaders(event), 'content-type': 'application/json; charset=utf-8' });
    t.equal(answer.status, 201, answer.text);
    t.equal((await ingest.send(event)).status, 200, 'the structured form is a duplicate of it');
    t.match(await ingest.recorded(), [{ ...event, datacontenttype: 'application/json' }]);
  });

  t.test('percent-encoded values are decoded once', async (t) => {
    const event = statement({ source: 'https://desk.example/a%20b' });
    const headers = { ...toHeaders(event), 'ce-source': 'https://desk.example/a%2520b', 'ce-subject': '%63laim-x' };
    const answer = await ingest.post(JSON.stringify(event['data']), { ...headers, ...JSON_TYPE });
    t.equal(answer.status, 201, answer.text);
    t.match(answer.body, { source: 'https://desk.example/a%20b', subject: 'claim-x' });
  });

  t.test('what can not be decoded is 400', async (t) => {
    for (const value of ['%zz', '100%', '%C0%A0', '%ff', '%00']) {
      const headers = { ...toHeaders(statement()), 'ce-subject': value, ...JSON_TYPE };
      const answer = await ingest.post(JSON.stringify(statementData), headers);
      t.equal(answer.status, 400, value);
      t.equal(answer.body.code, 'bad-header', value);
    }
  });

  t.test('missing and unknown attributes are 422 by name', async (t) => {
    const headers = { 'ce-id': 'x', 'ce-nonsense': '1', ...JSON_TYPE };
    const answer = await ingest.post(JSON.stringify(statementData), headers);
    t.equal(answer.status, 422);
    const pointers = answer.body.errors.map((error) => error.pointer);
    for (const pointer of ['/specversion', '/source', '/type', '/subject', '/nonsense'])
      t.ok(pointers.includes(pointer), pointer);
  });

  t.test('data and its content type are no ce- headers', async (t) => {
    const headers = {
      ...toHeaders(statement()),
      'ce-datacontenttype': 'application/json',
      'ce-data': '{}',
      ...JSON_TYPE,
    };
    const answer = await ingest.post(JSON.stringify(statementData), headers);
    t.equal(answer.status, 422);
    t.same(answer.body.errors.map((error) => error['pointer']).toSorted(), ['/data', '/datacontenttype']);
  });

  t.test('an expectedversion that is no number is 422', async (t) => {
    for (const value of ['one', '-1', '1.5', '01', '99999999999999999999']) {
      const headers = { ...toHeaders(statement()), 'ce-expectedversion': value, ...JSON_TYPE };
      const answer = await ingest.post(JSON.stringify(statementData), headers);
      t.equal(answer.status, 422, value);
      t.match(answer.body.errors, [{ pointer: '/expectedversion' }], value);
    }
  });

  t.test('a body that is no JSON is 400, one that is no object is 422 at /data', async (t) => {
    const headers = { ...toHeaders(statement()), ...JSON_TYPE };
    t.equal((await ingest.post('{', headers)).status, 400);
    t.equal((await ingest.post('', headers)).status, 400);
    const answer = await ingest.post('[]', headers);
    t.equal(answer.status, 422);
    t.match(answer.body.errors, [{ pointer: '/data' }]);
  });

  t.test('the depth counts from the event, of which the body is a part', async (t) => {
    const nested = (depth: number) => `{"title":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    const headers = { ...toHeaders(statement()), ...JSON_TYPE };
    t.equal((await ingest.post(nested(31), headers)).status, 422);
    t.equal((await ingest.post(nested(32), headers)).status, 400);
  });

  t.test('beside an event format ce- headers count for nothing', async (t) => {
    const event = statement();
    const headers = { 'content-type': 'application/cloudevents+json', 'ce-id': 'other', 'ce-nonsense': '%zz' };
    const answer = await ingest.post(JSON.stringify(event), headers);
    t.equal(answer.status, 201, answer.text);
    t.equal(answer.body.id, event['id']);
  });
});

t.test('a header value is unquoted, then percent-decoded', async (t) => {
  t.equal(decodeHeader('Euro%20%E2%82%AC%20%F0%9F%98%80'), 'Euro € 😀');
  t.equal(decodeHeader('"a \\"b\\" %41"'), 'a "b" A');
  t.equal(decodeHeader('%e2%82%ac'), '€');
  t.equal(decodeHeader(Buffer.from('é').toString('latin1')), 'é', 'raw UTF-8 of older senders');
  t.equal(decodeHeader('\u00e9'), null, 'latin1 is no UTF-8');
  t.equal(decodeHeader('%2541'), '%41');
});
