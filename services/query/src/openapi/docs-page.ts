/** The OpenAPI document for people to read: every operation with its parameters and answers. */
import type { OpenApiDocument } from './build-document.ts';
import { fromMarkdown, Html, html } from './html-page.ts';

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: { readonly enum?: readonly string[]; readonly examples?: readonly string[] };
};
type Response = {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
};
type Schema = { readonly $ref?: string };
type OperationObject = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, Response>>;
};

export function docsPage(document: OpenApiDocument): Html {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as unknown as OperationObject,
    })),
  );
  const sections = document.tags.map(
    ({ name, description }) => html`
<h2 id="${name}">${name}</h2>
<p>${description}</p>
${operations.filter(({ operation }) => operation.tags.includes(name)).map(operationSection)}`,
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => html`
<details id="schema-${name}"><summary><code>${name}</code></summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`,
  );
  return html`<main>
<h1>${String(document.info['title'])} API</h1>
<p>${String(document.info['description'])} Machine-readable: <a href="/openapi.json">/openapi.json</a>.</p>
<nav><ul>${document.tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}<li><a href="#schemas-of-answers">schemas of answers</a></li></ul></nav>
${sections}
<h2 id="schemas-of-answers">Schemas of answers</h2>
${schemas}
</main>`;
}

function operationSection({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: OperationObject;
}): Html {
  return html`
<section id="${operation.operationId}">
<h3><span class="method">${method}</span> <code>${path}</code></h3>
<p>${operation.summary}.</p>
${operation.description === undefined ? html`` : html`<p>${fromMarkdown(operation.description)}</p>`}
<table><thead><tr><th>Parameter</th><th>In</th><th>Means</th></tr></thead><tbody>
${operation.parameters.map(parameterRow)}
</tbody></table>
<table><thead><tr><th>Status</th><th>Means</th></tr></thead><tbody>
${Object.entries(operation.responses).map(responseRow)}
</tbody></table>
</section>`;
}

function parameterRow({ name, in: where, required, description = '', schema }: Parameter): Html {
  const values = schema.enum?.map((value) => `\`${value}\``).join(', ');
  const example = schema.examples?.[0];
  const text = [description, values && `One of ${values}.`, example && `Example: \`${example}\`.`]
    .filter(Boolean)
    .join('\n');
  return html`<tr><td><code>${name}</code>${required ? ' (required)' : ''}</td><td>${where}</td><td>${fromMarkdown(text)}</td></tr>
`;
}

function responseRow([status, { description, content = {} }]: [string, Response]): Html {
  const bodies = Object.entries(content).map(([mediaType, { schema }]) => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined
      ? html`<br><code>${mediaType}</code>`
      : html`<br><code>${mediaType}</code>: <a href="#schema-${name}">${name}</a>`;
  });
  return html`<tr><td>${status}</td><td>${fromMarkdown(description)}${bodies}</td></tr>
`;
}
