/** The CloudEvents 1.0 envelope: required attributes, the extensions taken, and nothing else. */
import { z } from 'zod';
import { daysInMonth } from '../edtf/calendar.ts';
import { always, formed, identifier, oneLine, refuse } from './text.ts';

const uriCharacters = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}){1,512}$/;
const sourceForm =
  /^(?:[Uu][Rr][Nn]:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[^#]|[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/?#]|[Tt][Aa][Gg]:[^,/]+,\d{4}(?:-\d\d){0,2}:)/;

const source = () =>
  formed(
    sourceForm,
    'bad-source',
    'must be an absolute URI of scheme urn, http, https or tag, 1–512 characters',
    (text) => uriCharacters.test(text) && text.length <= 512,
  ).meta({ maxLength: 512, format: 'uri' });

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A leap second is a minute's 61st; whether there was one that day is not looked up. */
function isRfc3339(text: string): boolean {
  if (text.length > 64) return false;
  const match = rfc3339.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  return match[6] !== '60' || match[5] === '59';
}

const time = () =>
  formed(rfc3339, 'bad-time', 'must be an RFC 3339 time such as "2021-08-25T10:15:00+03:00"', isRfc3339).meta({
    format: 'date-time',
  });

export const envelope = {
  specversion: z.literal('1.0').describe('The version of CloudEvents.'),
  id: identifier().describe('Unique within `source`; a retry carries the same.'),
  source: source().describe('Who recorded the claim.'),
  subject: identifier().describe('The claim’s id: the same for all events about it.'),
  time: time().exactOptional().describe('When the recorder wrote it down. Never used for ordering.'),
  datacontenttype: z.literal('application/json').exactOptional(),
  expectedversion: z
    .int()
    .min(0)
    .exactOptional()
    .describe('The number of events the subject must have before this one; otherwise 409.'),
  traceparent: oneLine({ max: 512 }).exactOptional().describe('W3C trace context; kept, no part of the content.'),
  tracestate: oneLine({ max: 512 }).exactOptional().describe('W3C trace context; kept, no part of the content.'),
};

/** The path or URL of our own schema of the type, wherever it is served. */
const dataschema = (type: string) =>
  formed(
    new RegExp(`^(?:[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s]+(?:/[^?#\\s]*)?)?/v1/schemas/${type.replaceAll('.', '\\.')}$`),
    'bad-schema',
    `must be the URL of our schema of this type, ending in /v1/schemas/${type}`,
    (text) => text.length <= 2048,
  );

/** The schema of one event type. `selfRelation` says where in `data` relations to other subjects are. */
export function eventOf<T extends string, D extends z.ZodType>(type: T, data: D) {
  return z
    .strictObject({
      ...envelope,
      type: z.literal(type),
      dataschema: dataschema(type).exactOptional().describe('The URL of this schema.'),
      data,
    })
    .check(always(refuseSelfRelation));
}

/** For a type nobody knows: the envelope is checked all the same. */
export const eventOfUnknownType = z.strictObject({
  ...envelope,
  type: z.string(),
  dataschema: z.string().exactOptional(),
  data: z.unknown(),
});

/** A link and a relation in a claim's data name another claim than their own. */
function refuseSelfRelation(value: unknown, payload: z.core.ParsePayload): void {
  const { subject, data } = objectOr(value);
  if (typeof subject !== 'string') return;
  const fields = objectOr(data);
  if (fields['target'] === subject) selfRelation(payload, ['data', 'target']);
  refuseSelfIn(fields['relations'], subject, ['data', 'relations'], payload);
  refuseSelfIn(objectOr(fields['corrected'])['relations'], subject, ['data', 'corrected', 'relations'], payload);
}

function refuseSelfIn(relations: unknown, subject: string, path: PropertyKey[], payload: z.core.ParsePayload): void {
  if (!Array.isArray(relations)) return;
  for (const [index, relation] of relations.entries()) {
    if (objectOr(relation)['target'] === subject) selfRelation(payload, [...path, index, 'target']);
  }
}

function selfRelation(payload: z.core.ParsePayload, path: PropertyKey[]): void {
  refuse(payload, 'self-relation', 'must name another claim than the event’s own subject', path);
}

function objectOr(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
