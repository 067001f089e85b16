/**
 * Promise 8: with minPosition an answer holds the write, or is a 503 at the deadline. Tried where it is hardest: the
 * projectors come after the question.
 */
import { freshDatabase, startService } from '@ledgerline/testkit';
import t from 'tap';
import { createRestClient } from './support/rest-client.ts';
import { statement } from './support/sample-claims.ts';
import type { WriteResult } from './support/shapes.ts';

const projectors = ['projector-journal', 'projector-timeline', 'projector-statistics'] as const;

await t.test('a read that waits for its write', async (t) => {
  const outer = t;
  const { url } = await freshDatabase(t);
  const env = { DATABASE_URL: url };
  const [ingest, query] = await Promise.all([startService(t, 'ingest', env), startService(t, 'query', env)]);
  await Promise.all([ingest.ready(), query.ready()]);
  const client = createRestClient({ read: query.baseUrl, write: ingest.baseUrl });
  const event = statement();
  const { position } = (await client.send(event)).json as WriteResult;
  const paths = ['/v1/timeline?limit=1', `/v1/claims/${event.subject}?`, '/v1/statistics/counts?by=kind'];
  const ask = (path: string, wait: number) => client.get(`${path}&minPosition=${position}`, { prefer: `wait=${wait}` });

  await t.test('is a 503 with Retry-After at its deadline, as long as nobody builds the view', async (t) => {
    for (const path of paths) {
      const askedAt = performance.now();
      const { status, headers, text } = await ask(path, 1);
      t.equal(status, 503, `${path}: ${text}`);
      t.ok(headers.get('retry-after'));
      t.ok(performance.now() - askedAt > 900, `${path} waited as it was asked to`);
    }
  });

  await t.test('is answered with the write as soon as the projectors have come', async (t) => {
    const answers = paths.map((path) => ask(path, 30));
    const started = await Promise.all(projectors.map((name) => startService(outer, name, env)));
    const [timeline, claim, counts] = await Promise.all(answers);
    t.match(timeline?.json, { items: [{ subject: event.subject }] }, timeline?.text ?? '');
    t.match(claim?.json, { subject: event.subject }, claim?.text ?? '');
    t.match(counts?.json, { items: [{ kind: 'statement', claims: 1 }] }, counts?.text ?? '');
    await Promise.all(started.map((projector) => projector.ready()));
  });

  await t.test('holds each of many writes, asked for as soon as it is acknowledged', async (t) => {
    for (let count = 0; count < 30; count++) {
      const next = statement();
      const { position } = (await client.send(next)).json as WriteResult;
      const answer = await client.get(`/v1/claims/${next.subject}?minPosition=${position}`, { prefer: 'wait=30' });
      if (answer.status !== 200) t.fail(`${answer.status} ${answer.text}`);
    }
    t.pass('all were there');
  });
});
