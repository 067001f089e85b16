/** `/openapi.json`, `/docs`, and `/`: what the service says of itself. */
import type { FastifyInstance } from 'fastify';
import { buildDocument } from '../openapi/build-document.ts';
import { docsPage } from '../openapi/docs-page.ts';
import { type Html, html, sendPage } from '../openapi/html-page.ts';
import { operations } from '../openapi/operations.ts';
import { sendText } from '../reading/send-answer.ts';

const links: readonly (readonly [path: string, about: string])[] = [
  ['/docs', 'the interface, to read'],
  ['/openapi.json', 'the same for programs (OpenAPI 3.1)'],
  ['/asyncapi.json', 'what the streams carry (AsyncAPI 3)'],
  ['/v1/timeline', 'the timeline: the current version of every claim'],
  ['/v1/timeline?country=LT&from=2021-08&to=2021-08', 'Lithuania in August 2021'],
  ['/v1/timeline?knownBy=2021-08-02', 'what the public could know by 2 August 2021'],
  ['/v1/measures?on=2021-09-15', 'measures on 15 September 2021'],
  ['/v1/statistics/series', 'the series of figures'],
  ['/v1/statistics/compare?series=crossings:person:BY-LT&period=2021&baseline=2020', 'crossings in 2021 against 2020'],
  ['/v1/statistics/counts?by=kind,month', 'claims by kind and month'],
  ['/v1/events', 'the raw log'],
  ['/v1/codelists', 'every code with its meaning'],
  ['/v1/schemas', 'the event types as JSON Schemas'],
  ['/v1/admin/views', 'how far the views are'],
  ['/health/ready', 'whether everything is there'],
];

export function registerDocuments(app: FastifyInstance, version: string): void {
  const config = { scope: 'none' } as const;
  let built: { readonly json: string; readonly page: Html } | null = null;
  const documents = () => {
    if (built !== null) return built;
    const document = buildDocument(operations, version);
    built = { json: JSON.stringify(document), page: docsPage(document) };
    return built;
  };
  app.get('/openapi.json', { config }, (request, reply) =>
    sendText(request, reply, { text: documents().json, contentType: 'application/json; charset=utf-8' }),
  );
  app.get('/docs', { config }, (request, reply) => sendPage(request, reply, 'Ledgerline API', documents().page));
  app.get('/', { config }, (request, reply) => sendPage(request, reply, 'Ledgerline', linksPage()));
}

function linksPage(): Html {
  return html`<main>
<h1>Ledgerline</h1>
<p>Claims in, timelines and statistics out.</p>
<ul>
${links.map(
  ([path, about]) => html`<li><a href="${path}"><code>${path}</code></a>: ${about}</li>
`,
)}</ul>
</main>`;
}
