/** Pages rendered on the server: no scripts, nothing from elsewhere. */
import { PAGE_POLICY } from '@ledgerline/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendText } from '../reading/send-answer.ts';

/** Text that has been escaped, or was ours from the start. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A template whose values are escaped, unless they are Html themselves. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) text += `${toText(value)}${strings[index + 1] ?? ''}`;
  return new Html(text);
}

/** `code` in backticks, paragraphs and lists by lines: what descriptions are written in. */
export function fromMarkdown(text: string): Html {
  const inline = (line: string) => escape(line).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
  return new Html(text.split(/\n+/).map(inline).join('<br>'));
}

export function sendPage(request: FastifyRequest, reply: FastifyReply, title: string, body: Html): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
<body>${body}</body>
</html>
`;
  reply.header('content-security-policy', PAGE_POLICY);
  return sendText(request, reply, { text: page.text, contentType: 'text/html; charset=utf-8' });
}

const style = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}h3{margin:2rem 0 .25rem}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow-x:auto}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-top:1px solid #8884}
.method{font-weight:700;text-transform:uppercase}`;

function toText(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'number') return String(value);
  return value instanceof Html ? value.text : value.map((item) => item.text).join('');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
