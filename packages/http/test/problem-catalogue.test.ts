import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { problem, problemCatalogue } from '../src/index.ts';
import { startServer } from './start-server.ts';

const folder = new URL('../../../docs/problems/', import.meta.url);
const codes = Object.keys(problemCatalogue) as (keyof typeof problemCatalogue)[];

t.test('every code has its page, and every page its code', async (t) => {
  const pages = readdirSync(folder).map((name) => name.replace(/\.md$/, ''));
  t.same(pages.toSorted(), codes.toSorted());
});

t.test('a page begins with the title and names the code and status of the catalogue', async (t) => {
  for (const code of codes) {
    const { title, status } = problemCatalogue[code];
    const page = readFileSync(new URL(`${code}.md`, folder), 'utf8');
    t.ok(page.startsWith(`# ${title}\n\n\`${code}\`, status ${status}.\n`), code);
    t.match(page, /\n## What to do\n\n\S/, code);
  }
});

t.test('of the 5xx there is only 503, and it has Retry-After always', async (t) => {
  for (const code of codes) {
    const { status } = problemCatalogue[code];
    if (status < 500) continue;
    t.equal(status, 503, code);
    t.match(problem(code).headers, { 'retry-after': /^\d+$/ }, code);
  }
});

t.test(
  'every document has all members of its kind, with a detail of its own even where nothing was said',
  async (t) => {
    const details = codes.map((code) => problem(code).toDocument('/here').detail);
    for (const code of codes) {
      const { status, title } = problemCatalogue[code];
      const document = problem(code).toDocument('/here');
      t.match(
        document,
        { type: `/problems/${code}`, title, status, instance: '/here', code, detail: /^[A-Z].+\.$/ },
        code,
      );
      t.not(document.detail, title, code);
    }
    t.ok(new Set(details).size > codes.length - 3, 'details are not one and the same');
  },
);

t.test('the type of a problem leads to its page', async (t) => {
  const { url } = await startServer(t);
  for (const code of codes) {
    const response = await fetch(url + problem(code).toDocument().type);
    t.equal(response.status, 200, code);
    const page = await response.text();
    t.match(page, `<h1>${problemCatalogue[code].title}</h1>`, code);
    t.match(page, '<h2>What to do</h2>', code);
  }
  t.match(await (await fetch(`${url}/problems`)).text(), '/problems/invalid-event');
  t.equal((await fetch(`${url}/problems/nonsense`)).status, 404);
  t.equal((await fetch(`${url}/problems/__proto__`)).status, 404);
});
