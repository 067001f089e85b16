/** Live answers against `/openapi.json`: each must be one that the document promises, and valid by its schema. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Answer, RestClient } from './rest-client.ts';

type Response = { readonly content?: Readonly<Record<string, unknown>> };
type Document = {
  readonly paths: Readonly<
    Record<string, { readonly get?: { readonly responses: Readonly<Record<string, Response>> } }>
  >;
};

/** What is wrong with the answer to this path, or null. */
export type CheckDocument = (path: string, answer: Answer) => string | null;

export async function readDocument(client: RestClient): Promise<CheckDocument> {
  const document = await client.read<Document>('/openapi.json');
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi.json');
  const patterns = Object.keys(document.paths)
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));
  const templateOf = (path: string) => patterns.find(({ pattern }) => pattern.test(path.split('?')[0] ?? ''))?.path;
  return (path, { status, headers, json }) => {
    const template = templateOf(path);
    if (template === undefined) return status === 404 ? null : 'the document has no such path';
    const response = document.paths[template]?.get?.responses[String(status)];
    if (response === undefined) return `the document has no ${status}`;
    const mediaType = headers.get('content-type')?.split(';', 1)[0] ?? '';
    if (response.content?.[mediaType] === undefined) return `the document has no ${mediaType} for ${status}`;
    if (json === null) return null;
    const pointer = ['paths', template, 'get', 'responses', String(status), 'content', mediaType, 'schema']
      .map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.getSchema(`openapi.json#/${pointer}`);
    if (validate === undefined) return 'the document has no schema';
    return validate(json) === true ? null : ajv.errorsText(validate.errors);
  };
}
