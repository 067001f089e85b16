/** Actors, places and publishers as CSV and as lines; places as GeoJSON too. */
import type { FormattedList } from '../formats/answer-list.ts';
import { csvMetadataOperationOf } from '../formats/csv-metadata.ts';
import { csvOf, type ListFormat, ndjsonOf } from '../formats/list-format.ts';
import { type Column, listColumn, type Table } from '../formats/table.ts';
import type { ActorItem, PlaceItem, PublisherItem } from '../shapes/directory.ts';

type Named = { readonly name: string; readonly spellings: readonly string[]; readonly claims: number };

const naming = <Item extends Named>(): Column<readonly [Item]>[] => [
  { name: 'name', datatype: 'string', description: 'The spelling that most claims use.', value: ({ name }) => name },
  listColumn('spellings', 'All spellings; they differ in case or diacritics only.', ({ spellings }) => spellings),
  { name: 'claims', datatype: 'integer', description: 'Current claims that name it.', value: ({ claims }) => claims },
];

function days<Item>(
  of: (item: Item) => readonly [first: string | null, last: string | null],
  [first, last]: readonly [string, string],
  what: string,
): Column<readonly [Item]>[] {
  return [
    { name: first, datatype: 'date', description: `First day of ${what}.`, value: (item) => of(item)[0] },
    { name: last, datatype: 'date', description: `Last day of ${what}.`, value: (item) => of(item)[1] },
  ];
}

export const actorsTable: Table<readonly [ActorItem]> = {
  title: 'Actors',
  url: 'actors?format=csv',
  primaryKey: [],
  columns: [
    ...naming<ActorItem>(),
    { name: 'kind', datatype: 'string', description: 'person, state, agency, …', value: ({ kind }) => kind },
    { name: 'country', datatype: 'string', description: 'Country code.', value: ({ country }) => country },
    listColumn<readonly [ActorItem]>('roles', 'In which roles.', ({ roles }) => roles),
    ...days<ActorItem>(({ from, to }) => [from, to], ['from', 'to'], 'what the claims report'),
  ],
};

export const placesTable: Table<readonly [PlaceItem]> = {
  title: 'Places',
  url: 'places?format=csv',
  primaryKey: [],
  columns: [
    ...naming<PlaceItem>(),
    { name: 'role', datatype: 'string', description: 'border, crossing, area, …', value: ({ role }) => role },
    listColumn<readonly [PlaceItem]>('countries', 'ISO 3166-1 alpha-2.', ({ countries }) => countries),
    {
      name: 'longitude',
      datatype: 'number',
      description: 'WGS 84; empty: not known.',
      value: ({ point }) => point?.[0],
    },
    {
      name: 'latitude',
      datatype: 'number',
      description: 'WGS 84; empty: not known.',
      value: ({ point }) => point?.[1],
    },
    {
      name: 'point_from',
      datatype: 'string',
      description: 'claim, or gazetteer: then it is approximate.',
      value: ({ pointFrom }) => pointFrom,
    },
    ...days<PlaceItem>(({ from, to }) => [from, to], ['from', 'to'], 'what the claims report'),
  ],
};

export const publishersTable: Table<readonly [PublisherItem]> = {
  title: 'Publishers',
  url: 'publishers?format=csv',
  primaryKey: [],
  columns: [
    ...naming<PublisherItem>(),
    listColumn<readonly [PublisherItem]>('languages', 'Of its reports.', ({ languages }) => languages),
    ...days<PublisherItem>(
      ({ publishedFrom, publishedTo }) => [publishedFrom, publishedTo],
      ['published_from', 'published_to'],
      'publication',
    ),
  ],
};

/** RFC 7946; a place whose point is not known is a feature without a geometry. */
const placesGeojson: ListFormat<PlaceItem> = {
  name: 'geojson',
  mediaType: 'application/geo+json; charset=utf-8',
  write(places, { position }) {
    const features = places.map(({ point, ...properties }) => ({
      type: 'Feature',
      geometry: point === null ? null : { type: 'Point', coordinates: point },
      properties,
    }));
    return `${JSON.stringify({ type: 'FeatureCollection', features, position })}\n`;
  },
};

const metadataOf = (name: string, id: string) => csvMetadataOperationOf(`/v1/${name}.csv-metadata.json`, id, 'claims');

export const directoryFormats = {
  actors: {
    formats: [csvOf(actorsTable, (actor: ActorItem) => [[actor] as const]), ndjsonOf<ActorItem>()],
    csvMetadata: metadataOf('actors', 'describeActorsCsv'),
  },
  places: {
    formats: [csvOf(placesTable, (place: PlaceItem) => [[place] as const]), ndjsonOf<PlaceItem>(), placesGeojson],
    csvMetadata: metadataOf('places', 'describePlacesCsv'),
  },
  publishers: {
    formats: [csvOf(publishersTable, (one: PublisherItem) => [[one] as const]), ndjsonOf<PublisherItem>()],
    csvMetadata: metadataOf('publishers', 'describePublishersCsv'),
  },
} satisfies {
  readonly actors: FormattedList<ActorItem>;
  readonly places: FormattedList<PlaceItem>;
  readonly publishers: FormattedList<PublisherItem>;
};
