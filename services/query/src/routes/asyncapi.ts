/** `/asyncapi.json`: what the streams carry. */
import type { FastifyInstance } from 'fastify';
import { buildStreamDocument } from '../asyncapi/build-stream-document.ts';
import { sendText } from '../reading/send-answer.ts';

export function registerAsyncApi(app: FastifyInstance, version: string): void {
  let text: string | null = null;
  app.get('/asyncapi.json', { config: { scope: 'none' } }, (request, reply) => {
    text ??= JSON.stringify(buildStreamDocument(version));
    return sendText(request, reply, { text, contentType: 'application/json; charset=utf-8' });
  });
}
