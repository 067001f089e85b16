/** What all claims are made of: when, where, who, where published, how related. Strict: unknown fields are refused. */
import { z } from 'zod';
import { parseEdtf } from '../edtf/parse-edtf.ts';
import { codes } from './codelists.ts';
import { country } from './countries.ts';
import { identifier, languageTag, lines, oneLine, refuse, webAddress } from './text.ts';

const dateMessage =
  'must be EDTF level 0 or 1 without seasons, years 0001–9999, such as "2021-08-24", "2021-08~" or "2021-08-03/.."';

/** A date as its source gives it. */
export const edtf = () =>
  z
    .string()
    .check((payload) => {
      if (parseEdtf(payload.value) === null) refuse(payload, 'bad-date', dateMessage);
    })
    .meta({
      maxLength: 64,
      examples: ['2021-08-24', '2021-08', '2021-08-24~', '2021-07-01/2021-07-31', '2021-08-03/..'],
    });

export const edtfInterval = () =>
  edtf()
    .check((payload) => {
      if (!payload.value.includes('/'))
        refuse(payload, 'not-an-interval', 'must be an EDTF interval such as "2021-08-03/.."');
    })
    .meta({ maxLength: 64, pattern: '/', examples: ['2021-08-03/..', '2023-09-10/2025-03', '2021-09/'] });

export const name = () => oneLine({ max: 200 });

export const when = () =>
  z
    .strictObject({
      edtf: edtf().describe('The date in Extended Date/Time Format, as exact as the source is.'),
      basis: codes('whenBasis'),
      text: oneLine({ max: 300 }).exactOptional().describe('The source’s own words for the date.'),
    })
    .meta({ title: 'When' });

export const place = z
  .strictObject({
    name: name(),
    role: codes('placeRole'),
    countries: z.array(country()).min(1).max(4).describe('ISO 3166-1 alpha-2; the two sides of a border.'),
    point: z
      .tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
      .exactOptional()
      .describe('Longitude and latitude in degrees (WGS 84).'),
  })
  .meta({ title: 'Place' });

export const actor = z
  .strictObject({
    name: name(),
    kind: codes('actorKind'),
    role: codes('actorRole'),
    country: country().exactOptional(),
    office: name().exactOptional().describe('The office the person holds, such as "foreign minister".'),
    onBehalfOf: name().exactOptional().describe('The body spoken or acted for.'),
  })
  .meta({ title: 'Actor' });

export const report = z
  .strictObject({
    publisher: name().describe('The outlet, agency or body that published it.'),
    title: name().exactOptional(),
    url: webAddress().exactOptional(),
    publishedOn: edtf().describe('When it was published.'),
    language: languageTag().exactOptional(),
    excerpt: lines({ max: 300 }).exactOptional().describe('A few words of the source.'),
    attribution: z
      .array(name())
      .max(20)
      .exactOptional()
      .describe('Who told whom, first source first: the publisher’s own sources.'),
  })
  .meta({ title: 'Report' });

/** First is the report that the claim was taken from. */
export const reports = () => z.array(report).min(1).max(20);

export const relationType = () => codes('relation');

export const relation = z
  .strictObject({
    type: relationType(),
    target: identifier().describe('The other claim’s subject; it may be recorded later.'),
  })
  .meta({ title: 'Relation' });

export const note = () => lines({ max: 2000 });
