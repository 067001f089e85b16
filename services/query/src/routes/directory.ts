/** `GET /v1/actors`, `/v1/places`, `/v1/publishers`: who, where, and which sources, with how many claims name them. */
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { actorsTable, directoryFormats, placesTable, publishersTable } from '../directory/directory-formats.ts';
import { toActor, toPlace, toPublisher } from '../directory/directory-items.ts';
import { createDirectoryReader, type DirectoryEntry, type DirectoryName } from '../directory/read-directory.ts';
import type { FormattedList } from '../formats/answer-list.ts';
import { answerListPage, type PagedList } from '../formats/answer-list-page.ts';
import { serveCsvMetadata } from '../formats/csv-metadata.ts';
import { formatContents, formatParameter, type NamedFormat } from '../formats/list-format.ts';
import type { Table } from '../formats/table.ts';
import { type Operation, readHeaders, readProblems } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import { pageParameters } from '../reading/page.ts';
import {
  type ActorItem,
  actorListSchema,
  type PlaceItem,
  type PublisherItem,
  placeListSchema,
  publisherListSchema,
} from '../shapes/directory.ts';

type Listing<Item> = {
  readonly name: DirectoryName;
  readonly id: string;
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly toItem: (entry: DirectoryEntry) => Item;
  readonly list: FormattedList<Item> & { readonly csvMetadata: Operation };
  readonly table: Table<readonly [Item]>;
};

const listings = {
  actors: {
    name: 'actors',
    id: 'listActors',
    summary: 'Persons, states and bodies that claims name, and in which roles',
    schema: actorListSchema,
    toItem: toActor,
    list: directoryFormats.actors,
    table: actorsTable,
  } satisfies Listing<ActorItem>,
  places: {
    name: 'places',
    id: 'listPlaces',
    summary: 'Borders, crossings, areas and cities that claims name, with points where they are known',
    schema: placeListSchema,
    toItem: toPlace,
    list: directoryFormats.places,
    table: placesTable,
  } satisfies Listing<PlaceItem>,
  publishers: {
    name: 'publishers',
    id: 'listPublishers',
    summary: 'Who published what the claims report',
    schema: publisherListSchema,
    toItem: toPublisher,
    list: directoryFormats.publishers,
    table: publishersTable,
  } satisfies Listing<PublisherItem>,
} as const;

const queryOf = (formats: readonly NamedFormat[]) =>
  z.object({ ...positionParameters, ...knownByParameters, ...pageParameters, ...formatParameter(formats) });

const pathOf = ({ name }: { readonly name: DirectoryName }) => `/v1/${name}`;

export const directoryOperations: readonly Operation[] = Object.values(listings).flatMap(
  ({ list, ...listing }): Operation[] => [
    {
      method: 'get',
      path: pathOf(listing),
      id: listing.id,
      tag: 'claims',
      summary: listing.summary,
      query: queryOf(list.formats),
      requestHeaders: readHeaders.request,
      responses: {
        200: {
          description: 'The most named first.',
          headers: { ...readHeaders.response, Link: 'RFC 8288: the next and the previous page.' },
          content: { 'application/json': listing.schema, ...formatContents(list.formats) },
        },
        304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
      },
      problems: [...readProblems, 'bad-cursor', 'not-acceptable', 'overloaded'],
    },
    list.csvMetadata,
  ],
);

export function registerDirectory(app: FastifyInstance, reads: ReadContext): void {
  const readDirectory = createDirectoryReader(reads.keepCounts);
  const register = <Item>({ name, toItem, list, table }: Listing<Item>) => {
    const path = pathOf({ name });
    const parameters = queryOf(list.formats);
    serveCsvMetadata(app, list.csvMetadata, table);
    app.get(path, async (request, reply) => {
      const query = parseQuery(parameters, request);
      const paged: PagedList<Item> = { list, views: ['timeline'], query, walk: { path, query } };
      return await answerListPage(reads, request, reply, paged, async (read, slice, pageOf) => {
        const entries = await readDirectory(read, name);
        const items = entries.slice(slice.start, slice.end).map(toItem);
        return { items, page: pageOf(slice.end < entries.length) };
      });
    });
  };
  register<ActorItem>(listings.actors);
  register<PlaceItem>(listings.places);
  register<PublisherItem>(listings.publishers);
}
