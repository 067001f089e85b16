/** The members of a claim's item as SQL on `p`, a row of claim-items.sql's page: fixed fragments, in the order shown. */
import { readSql } from '@ledgerline/database';

const sql = {
  relations: readSql(new URL('../sql/fragments/relations-of-claim.sql', import.meta.url)),
};

const expressions = {
  subject: 'p.subject',
  kind: 'p.kind',
  type: 'p.type',
  state: 'p.state',
  version: 'p.version',
  title: 'p.title',
  occurred: 'p.occurred',
  published: 'p.published',
  recordedAt: `to_char(p.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  position: '/*position*/',
  figures: 'p.figures',
  relations: `coalesce((${sql.relations}), '[]')`,
  incident: 'coalesce(i.incident, p.subject)',
  reason: 'p.reason',
  note: 'p.note',
  event: `json_build_object('source', p.event_source, 'id', p.event_id)`,
  data: 'p.data',
} as const;

export type ClaimField = keyof typeof expressions;

export const claimFields = Object.keys(expressions) as readonly ClaimField[];

/** What a list needs to be read: no joins, and nothing that grows with the claim. */
export const minimalClaimFields: readonly ClaimField[] = [
  'subject',
  'kind',
  'state',
  'version',
  'title',
  'occurred',
  'published',
  'recordedAt',
];

/** They change without the claim's own row. */
const relational: readonly ClaimField[] = ['relations', 'incident'];

export const isRelational = (field: ClaimField): boolean => relational.includes(field);

/** What claim-items.sql is filled with; the marker `position` is left to fill where `position` is shown. */
export type ItemSql = {
  readonly item: string;
  readonly join: string;
  /** Whether rows of versions are read, or all is said by what they are looked up by. */
  readonly ofVersions: boolean;
  readonly shown: string;
};

// Nothing walks relations where nobody asks for the incident.
const incidentJoin = (fields: readonly ClaimField[]) =>
  fields.includes('incident') ? 'left join incidents i on i.n = p.n' : '';

/** Items with all of the fields. */
export function wholeItemSql(fields: readonly ClaimField[]): ItemSql {
  return { item: objectOf(fields), join: incidentJoin(fields), ofVersions: true, shown: 'true' };
}

/** The fields before and after the relational ones, as two objects. @param separator SQL of what stands between them */
export function rowItemSql(fields: readonly ClaimField[], separator: string): ItemSql {
  const first = claimFields.findIndex(isRelational);
  const isBefore = (field: ClaimField) => claimFields.indexOf(field) < first;
  const rest = fields.filter((field) => !isRelational(field));
  const [head, tail] = [rest.filter(isBefore), rest.filter((field) => !isBefore(field))];
  return { item: `${objectOf(head)} || ${separator} || ${objectOf(tail)}`, join: '', ofVersions: true, shown: 'true' };
}

/** The relational fields, of those claims alone that have or had relations, each behind its number. */
export function relationsItemSql(fields: readonly ClaimField[], separator: string): ItemSql {
  const shown = fields.filter(isRelational);
  return {
    item: `p.n || ${separator} || ${objectOf(shown)}`,
    join: incidentJoin(shown),
    ofVersions: false,
    shown: 'p.n in (select f.n from facts f)',
  };
}

function objectOf(fields: readonly ClaimField[]): string {
  return `json_build_object(${fields.map((field) => `\n    '${field}', ${expressions[field]}`).join()})::text`;
}
