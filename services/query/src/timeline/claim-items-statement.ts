/**
 * The statement that writes claims as JSON: two texts, with `knownBy` and without, each prepared once. Another asks for
 * versions as of a position each (changes), with the same SQL.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { KnownBy } from '../reading/clock-parameters.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import {
  type ClaimField,
  claimFields,
  type ItemSql,
  relationsItemSql,
  rowItemSql,
  wholeItemSql,
} from './claim-fields.ts';
import { knownDayOf, visibilityAt } from './visibility.ts';

const file = (name: string) => readSql(new URL(`../sql/${name}.sql`, import.meta.url));
const sql = {
  items: file('claim-items'),
  neighbours: file('fragments/same-incident-neighbours'),
  position: file('fragments/position-token'),
};

export type ClaimItemsSpec = {
  /** In the order to be shown. */
  readonly versions: readonly { readonly subject: string; readonly version: number }[];
  readonly logId: string;
  readonly at: Offsets;
  readonly knownBy: KnownBy | null;
  /** Members of the items; all where it is null or missing. */
  readonly fields?: readonly ClaimField[] | null;
};

export type ItemsStatement = { readonly name?: string; readonly text: string; readonly values: readonly unknown[] };

/** Between the items, and between the parts of one. Never in JSON text, where they would be escaped. */
export const itemSeparator = '\u001e';
export const partSeparator = '\u001d';
const partSeparatorSql = String.raw`e'\x1d'`;

const atOnePosition = { positionOf: () => '($3::bigint[])', partitions: 'cardinality($3::bigint[])' } as const;

/** Of each version what its row says: its members but the relational ones, with `partSeparator` in their place. */
export function claimRowsStatement({ at, ...spec }: ClaimItemsSpec): ItemsStatement {
  const itemOf = (fields: readonly ClaimField[]) => rowItemSql(fields, partSeparatorSql);
  return toStatement('claim-rows', { ...spec, knownBy: null }, at, { ...atOnePosition, itemOf });
}

/** Of the claims that have or had relations their number, from 1, and behind `partSeparator` the relational members. */
export function claimRelationsStatement({ at, ...spec }: ClaimItemsSpec): ItemsStatement {
  const itemOf = (fields: readonly ClaimField[]) => relationsItemSql(fields, partSeparatorSql);
  return toStatement('claim-relations', spec, at, { ...atOnePosition, itemOf });
}

/** Whole items. @param at of each version a position of its own */
export function claimItemsThenStatement(
  spec: Omit<ClaimItemsSpec, 'at'> & { readonly at: readonly Offsets[] },
): ItemsStatement {
  return toStatement('claim-items-then', spec, spec.at, {
    positionOf: (row) => `($3::bigint[])[${row}.n]`,
    partitions: 'array_length($3::bigint[], 2)',
    itemOf: wholeItemSql,
  });
}

const names = createStatementNames('claim-items-of');

type Variant = {
  /** SQL of the position of a row, by the alias that has its number. */
  readonly positionOf: (row: 'p' | 'l' | 'm') => string;
  readonly partitions: string;
  itemOf(fields: readonly ClaimField[]): ItemSql;
};

function toStatement(
  name: string,
  { versions, logId, knownBy, fields }: Omit<ClaimItemsSpec, 'at'>,
  at: Offsets | readonly Offsets[],
  { positionOf, partitions, itemOf }: Variant,
): ItemsStatement {
  const values = createStatementValues();
  // The statement's file names these four itself.
  values.add(versions.map(({ subject }) => subject));
  values.add(versions.map(({ version }) => version));
  values.add(at);
  values.add(logId);
  const day = knownDayOf(knownBy, values);
  const seen = (row: 'p' | 'l' | 'm') => visibilityAt(positionOf(row), day);
  const shown = fields ?? claimFields;
  const { item, join, ofVersions, shown: shownIf } = itemOf(shown);
  const text = fillMarkers(sql.items, {
    'page-columns': ofVersions ? 'v.*' : `w.subject collate "C" as subject`,
    'versions-join': ofVersions ? 'join timeline.versions v on v.subject = w.subject and v.version = w.version' : '',
    shown: shownIf,
    item,
    'incident-join': join,
    ...(item.includes('/*position*/') && { position: fillMarkers(sql.position, { partitions }) }),
    'same-incident-neighbours': fillMarkers(sql.neighbours, {
      'fact-conditions': seen('m').fact,
      'known-conditions': seen('m').known,
    }),
    'fact-conditions': seen('p').fact,
    'known-conditions': seen('l').known,
    separator: String.raw`e'\x1e'`,
  });
  const prepared = fields ? names.nameOf(text) : `${name}-${knownBy === null ? 'held' : knownBy.match}`;
  return { ...namedIf(prepared), text, values: values.values };
}
