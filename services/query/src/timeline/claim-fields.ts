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

/** Arguments of json_build_object, and the join that one of them needs; the marker `position` is left to fill. */
export function claimItemSql(fields: readonly ClaimField[]): { members: string; join: string } {
  return {
    members: fields.map((field) => `'${field}', ${expressions[field]}`).join(',\n    '),
    // Nothing walks relations where nobody asks for the incident.
    join: fields.includes('incident') ? 'left join incidents i on i.n = p.n' : '',
  };
}
