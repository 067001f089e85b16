/**
 * `/problems/<code>`: the page that a problem's `type` leads to, rendered from docs/problems/<code>.md.
 * Knows only the Markdown those pages use: headings, paragraphs, lists, fenced and inline code.
 */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { problem } from './problem.ts';
import { isProblemCode, type ProblemCode, problemCatalogue } from './problem-catalogue.ts';

/** Of pages without scripts: nothing from elsewhere, nothing to be sent, no place in another page. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const DOCUMENTS = new URL('../../../../docs/problems/', import.meta.url);

export function registerProblemPages(app: FastifyInstance): void {
  const pages = new Map<ProblemCode, string>();
  const headers = { 'content-security-policy': PAGE_POLICY };
  app.get('/problems', { config: { scope: 'none' } }, (_request, reply) =>
    reply.headers(headers).type('text/html; charset=utf-8').send(indexPage()),
  );
  app.get<{ Params: { code: string } }>('/problems/:code', { config: { scope: 'none' } }, (request, reply) => {
    const { code } = request.params;
    if (!isProblemCode(code)) throw problem('unknown-problem', 'GET /problems lists the codes there are.');
    const page = pages.get(code) ?? problemPage(code);
    pages.set(code, page);
    return reply.headers(headers).type('text/html; charset=utf-8').send(page);
  });
}

function indexPage(): string {
  const rows = Object.entries(problemCatalogue).map(
    ([code, { status, title }]) =>
      `<li><a href="/problems/${code}"><code>${code}</code></a> (${status}): ${title}</li>`,
  );
  return htmlPage('Problems', `<h1>Problems</h1>\n<ul>\n${rows.join('\n')}\n</ul>`);
}

function problemPage(code: ProblemCode): string {
  const { status, title } = problemCatalogue[code];
  return htmlPage(`${status} ${code}`, toHtml(readDocument(code) ?? `# ${title}\n\n\`${code}\`, status ${status}.`));
}

function readDocument(code: ProblemCode): string | null {
  try {
    return readFileSync(new URL(`${code}.md`, DOCUMENTS), 'utf8');
  } catch {
    return null; // installed without docs/: the catalogue's own words must do
  }
}

function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · Ledgerline</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto}</style>
<main>
${body}
</main>
</html>
`;
}

function toHtml(markdown: string): string {
  return markdown
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const heading = /^(#{1,3}) (.*)$/.exec(block);
      if (heading?.[1] && heading[2]) return `<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>`;
      const fenced = /^```\w*\n([\s\S]*)\n```$/.exec(block);
      if (fenced?.[1]) return `<pre><code>${escapeHtml(fenced[1])}</code></pre>`;
      if (block.startsWith('- ')) return `<ul>${listItems(block)}</ul>`;
      return `<p>${inline(block)}</p>`;
    })
    .join('\n');
}

const listItems = (block: string) =>
  block
    .slice(2)
    .split('\n- ')
    .map((item) => `<li>${inline(item)}</li>`)
    .join('');

const inline = (text: string) => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
