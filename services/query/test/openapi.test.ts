import { problemCatalogue } from '@ledgerline/http';
import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { operations } from '../src/openapi/operations.ts';
import { createQueryApp } from './fixture/query-app.ts';

const query = await createQueryApp(t);

t.test('the document is valid OpenAPI 3.1 and names every operation', async (t) => {
  const answer = await query.get('/openapi.json');
  t.equal(answer.status, 200);
  const result = await new Validator().validate(JSON.parse(answer.text) as Record<string, unknown>);
  t.strictSame(result, { valid: true });
  t.equal(answer.at('/openapi'), '3.1.1');
  for (const { path, method } of operations) t.ok(pathOf(answer.json, path)?.[method], `${method} ${path}`);
});

t.test('every reference in the document leads somewhere', async (t) => {
  const { text, json } = await query.get('/openapi.json');
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''));
  t.ok(references.size > 10);
  for (const reference of references) {
    let value: unknown = json;
    for (const name of reference.replace(/^#\//, '').split('/'))
      value = (value as Record<string, unknown> | undefined)?.[name];
    t.ok(value, reference);
  }
});

t.test('every route of the service is in the document, and every read in it is served', async (t) => {
  const unlisted = new Set(['/', '/docs', '/openapi.json', '/asyncapi.json', '/problems', '/problems/:code']);
  // The server has these before the service registers its own.
  const ofTheServer = ['/health/live', '/health/ready', '/metrics'];
  for (const path of ofTheServer) t.equal((await query.get(path)).status, 200, path);
  const documented = new Set(
    operations
      .filter(({ method, path }) => method === 'get' && !ofTheServer.includes(path))
      .map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1')),
  );
  const served = new Set(query.routes.filter((path) => !unlisted.has(path)));
  t.same(served, documented);
});

t.test('every problem that a path of the document can answer is said there', async (t) => {
  const { text } = await query.get('/openapi.json');
  // Said before there is a path, or of one that is not in it; and what only a log that forgets could give.
  const elsewhere = ['not-found', 'method-not-allowed', 'header-too-large', 'unknown-problem', 'position-gone'];
  const unsaid = Object.keys(problemCatalogue).filter((code) => !text.includes(`\`${code}\`: `));
  t.same(unsaid.toSorted(), elsewhere.toSorted());
});

t.test('operation ids are told apart', (t) => {
  t.equal(new Set(operations.map(({ id }) => id)).size, operations.length);
  t.end();
});

t.test('the pages need no script and nothing from elsewhere', async (t) => {
  for (const path of ['/', '/docs']) {
    const page = await query.get(path);
    t.equal(page.status, 200);
    t.match(page.headers['content-type'], /^text\/html/);
    t.match(page.headers['content-security-policy'], /default-src 'none'/);
    t.notMatch(page.text, /<script|src=|https?:\/\/(?!localhost)[^ ]*\.(js|css)/);
  }
  const docs = (await query.get('/docs')).text;
  for (const { path, id } of operations) t.ok(docs.includes(`id="${id}"`) && docs.includes(path), id);
});

t.test('every link of the first page works', async (t) => {
  const page = await query.get('/');
  for (const [, link] of page.text.matchAll(/href="([^"]+)"/g)) {
    const answer = await query.get((link ?? '').replaceAll('&amp;', '&'));
    t.equal(answer.status, 200, `${link}: ${answer.text.slice(0, 200)}`);
  }
});

function pathOf(json: unknown, path: string): Record<string, unknown> | undefined {
  return (json as { paths: Record<string, Record<string, unknown>> }).paths[path];
}
