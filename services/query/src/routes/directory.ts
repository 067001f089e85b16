/** `GET /v1/actors`, `/v1/places`, `/v1/publishers`: who, where, and which sources, with how many claims name them. */
import { parseQuery } from '@ledgerline/http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { toActor, toPlace, toPublisher } from '../directory/directory-items.ts';
import { createDirectoryReader, type DirectoryEntry, type DirectoryName } from '../directory/read-directory.ts';
import { type Operation, readHeaders, readProblems } from '../openapi/operation.ts';
import type { ReadContext } from '../read-context.ts';
import { knownByParameters, positionParameters } from '../reading/clock-parameters.ts';
import type { Walk } from '../reading/cursor.ts';
import { toListPage, toListSlice } from '../reading/list-page.ts';
import { pageParameters, setPageLinks } from '../reading/page.ts';
import { actorListSchema, placeListSchema, publisherListSchema } from '../shapes/directory.ts';

type Listing = {
  readonly name: DirectoryName;
  readonly id: string;
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly toItem: (entry: DirectoryEntry) => object;
};

const listings: readonly Listing[] = [
  {
    name: 'actors',
    id: 'listActors',
    summary: 'Persons, states and bodies that claims name, and in which roles',
    schema: actorListSchema,
    toItem: toActor,
  },
  {
    name: 'places',
    id: 'listPlaces',
    summary: 'Borders, crossings, areas and cities that claims name, with points where they are known',
    schema: placeListSchema,
    toItem: toPlace,
  },
  {
    name: 'publishers',
    id: 'listPublishers',
    summary: 'Who published what the claims report',
    schema: publisherListSchema,
    toItem: toPublisher,
  },
];

export const directoryQuery = z.object({ ...positionParameters, ...knownByParameters, ...pageParameters });

const pathOf = ({ name }: Listing) => `/v1/${name}`;

export const directoryOperations: readonly Operation[] = listings.map((listing) => ({
  method: 'get',
  path: pathOf(listing),
  id: listing.id,
  tag: 'claims',
  summary: listing.summary,
  query: directoryQuery,
  requestHeaders: readHeaders.request,
  responses: {
    200: {
      description: 'The most named first.',
      headers: { ...readHeaders.response, Link: 'RFC 8288: the next and the previous page.' },
      content: { 'application/json': listing.schema },
    },
    304: { description: 'The answer at hand still stands.', headers: readHeaders.response },
  },
  problems: [...readProblems, 'bad-cursor'],
}));

export function registerDirectory(app: FastifyInstance, reads: ReadContext): void {
  const readDirectory = createDirectoryReader();
  for (const listing of listings) {
    const path = pathOf(listing);
    app.get(path, async (request, reply) => {
      const query = parseQuery(directoryQuery, request);
      const walk: Walk = { path, query };
      const slice = toListSlice(query, walk);
      const spec = { views: ['timeline'], clocks: query, pinned: slice.pinned } as const;
      return await reads.answer(request, reply, spec, async (read) => {
        const entries = await readDirectory(read, listing.name);
        const page = toListPage(read, walk, slice, slice.end < entries.length);
        setPageLinks(request, reply, page);
        return { items: entries.slice(slice.start, slice.end).map(listing.toItem), page };
      });
    });
  }
}
