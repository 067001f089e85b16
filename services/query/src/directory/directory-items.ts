/** Entries of the directory in the shapes of the contract. */
import { placeOf } from '../places/gazetteer.ts';
import type { ActorItem, PlaceItem, PublisherItem } from '../shapes/directory.ts';
import type { DirectoryEntry } from './read-directory.ts';

export function toActor({ name, spellings, claims, kind, country, details, first, last }: DirectoryEntry): ActorItem {
  return {
    name,
    spellings: [...spellings],
    claims,
    kind: kind ?? '',
    country,
    roles: [...details],
    from: first,
    to: last,
  };
}

export function toPlace({ name, spellings, claims, kind, country, details, first, last }: DirectoryEntry): PlaceItem {
  const role = kind ?? '';
  const countries = country === null ? [] : country.split('-');
  const [stated] = details;
  const known = stated === undefined ? placeOf({ name, role, countries }) : null;
  return {
    name,
    spellings: [...spellings],
    claims,
    role,
    countries,
    point: stated === undefined ? (known ? [...known.point] : null) : (JSON.parse(stated) as number[]),
    pointFrom: stated === undefined ? (known ? 'gazetteer' : null) : 'claim',
    from: first,
    to: last,
  };
}

export function toPublisher({ name, spellings, claims, details, first, last }: DirectoryEntry): PublisherItem {
  return { name, spellings: [...spellings], claims, languages: [...details], publishedFrom: first, publishedTo: last };
}
