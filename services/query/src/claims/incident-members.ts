/** Which claims speak of the incident that a claim speaks of. */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import { stateConditions } from '../timeline/claim-conditions.ts';
import { visibility } from '../timeline/visibility.ts';

const sql = {
  members: readSql(new URL('../sql/incident-members.sql', import.meta.url)),
  neighbours: readSql(new URL('../sql/fragments/same-incident-neighbours.sql', import.meta.url)),
};

/** The subjects, the claim's own included; empty where there is no such claim. */
export async function readIncidentMembers(read: Read, subject: string): Promise<string[]> {
  const values = createStatementValues();
  const seen = visibility(read.at, read.knownBy, values);
  const text = fillMarkers(sql.members, {
    subject: values.add(subject),
    conditions: stateConditions('all', seen).join(' and '),
    'same-incident-neighbours': sql.neighbours,
    'fact-conditions': seen.fact,
    'known-conditions': seen.known,
  });
  const rows = await read.query<{ subject: string }>({ text, values: values.values });
  return rows.map((row) => row.subject);
}
