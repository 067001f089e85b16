/** Actors, places and publishers as answers show them. */
import { codelists } from '@ledgerline/events';
import { z } from 'zod';
import { pageSchema } from '../reading/page.ts';

const day = z.iso.date().nullable();
const shared = {
  name: z.string().describe('The spelling that most claims use.'),
  spellings: z.array(z.string()).describe('All spellings; they differ in case or diacritics only.'),
  claims: z.int().min(1).describe('Current claims that name it.'),
};
const enumOf = (list: Readonly<Record<string, string>>) => z.enum(Object.keys(list) as [string, ...string[]]);

export const actorSchema = z
  .strictObject({
    ...shared,
    kind: enumOf(codelists.actorKind),
    country: z.string().nullable(),
    roles: z.array(enumOf(codelists.actorRole)),
    from: day.describe('First day of what the claims report.'),
    to: day,
  })
  .meta({ id: 'Actor' });

export const placeSchema = z
  .strictObject({
    ...shared,
    role: enumOf(codelists.placeRole),
    countries: z.array(z.string()),
    point: z.array(z.number()).length(2).nullable().describe('Longitude, latitude (WGS 84).'),
    pointFrom: z
      .enum(['claim', 'gazetteer'])
      .nullable()
      .describe('A claim states the point, or the built-in gazetteer knows the place: then it is approximate.'),
    from: day.describe('First day of what the claims report.'),
    to: day,
  })
  .meta({ id: 'Place' });

export const publisherSchema = z
  .strictObject({
    ...shared,
    languages: z.array(z.string()),
    publishedFrom: day.describe('First day on which a report of it may have appeared.'),
    publishedTo: day,
  })
  .meta({ id: 'Publisher' });

export const actorListSchema = z
  .strictObject({ items: z.array(actorSchema), page: pageSchema })
  .meta({ id: 'ActorList' });
export const placeListSchema = z
  .strictObject({ items: z.array(placeSchema), page: pageSchema })
  .meta({ id: 'PlaceList' });
export const publisherListSchema = z
  .strictObject({ items: z.array(publisherSchema), page: pageSchema })
  .meta({ id: 'PublisherList' });

export type ActorItem = z.output<typeof actorSchema>;
export type PlaceItem = z.output<typeof placeSchema>;
export type PublisherItem = z.output<typeof publisherSchema>;
