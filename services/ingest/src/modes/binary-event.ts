/**
 * Binary mode: attributes in `ce-` headers, data in the body. The event is put together as a structured one, whose
 * data is the text of the body.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Problem, type ProblemField, problem } from '@ledgerline/http';

export type BinaryEvent = { readonly value: Record<string, unknown>; readonly text: string };

/** Where the binding has these travel in another way than a `ce-` header. */
const NO_HEADERS: Readonly<Record<string, string>> = {
  datacontenttype: 'is given by Content-Type in binary mode',
  data: 'is the body in binary mode',
};

/**
 * @param data the parsed body, and `dataText` its text on one line
 * @returns the event, or the problem: 400 for what can't be decoded, 422 for headers that are no attributes
 */
export function readBinaryEvent(headers: IncomingHttpHeaders, data: unknown, dataText: string): BinaryEvent | Problem {
  const attributes: Record<string, unknown> = {};
  const errors: ProblemField[] = [];
  for (const [header, sent] of Object.entries(headers)) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice('ce-'.length);
    const misplaced = NO_HEADERS[name];
    if (misplaced !== undefined) errors.push({ pointer: `/${name}`, code: 'field-not-allowed', message: misplaced });
    const value = decodeHeader(String(sent));
    if (value === null) return problem('bad-header', `The header ${header} is not percent-encoded UTF-8.`);
    attributes[name] = name === 'expectedversion' ? toVersion(value) : value;
  }
  if (errors.length > 0) return problem('invalid-event', undefined, { errors });
  const envelope = { ...attributes, datacontenttype: 'application/json' };
  return { value: { ...envelope, data }, text: `${JSON.stringify(envelope).slice(0, -1)},"data":${dataText}}` };
}

/** The value of a header: unquoted, then percent-decoded once. null where that gives no UTF-8, or a NUL. */
export function decodeHeader(sent: string): string | null {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(sent);
  const unquoted = quoted?.[1] === undefined ? sent : quoted[1].replaceAll(/\\(.)/g, '$1');
  if (/%(?![0-9A-Fa-f]{2})/.test(unquoted)) return null;
  // Node gives a header's bytes as latin1: what isn't ASCII is taken for the UTF-8 that older senders leave unencoded.
  const bytes = unquoted.replaceAll(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  try {
    const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
    return value.includes('\0') ? null : value;
  } catch {
    return null;
  }
}

/** An integer attribute travels as text; what is none stays text, for validation to name. */
const toVersion = (text: string): number | string => (/^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text);
