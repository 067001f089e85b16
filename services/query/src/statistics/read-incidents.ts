/** Which incident each linked claim is of, named after the first of its subjects; a claim without links is one of its own. */
import { readSql } from '@ledgerline/database';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { Read } from '../read-context.ts';
import { visibility } from '../timeline/visibility.ts';
import { incidentsOf } from './incidents.ts';

const sql = {
  all: readSql(new URL('./sql/incident-links.sql', import.meta.url)),
  some: readSql(new URL('./sql/incident-links-of.sql', import.meta.url)),
  neighbours: readSql(new URL('../sql/fragments/same-incident-neighbours.sql', import.meta.url)),
};

/** @param subjects of claims that are visible: links are followed from them. null: all links there are */
export async function readIncidents(read: Read, subjects: readonly string[] | null): Promise<Map<string, string>> {
  if (subjects?.length === 0) return new Map();
  const values = createStatementValues();
  const seen = visibility(read.at, read.knownBy, values);
  const text = fillMarkers(subjects === null ? sql.all : sql.some, {
    ...(subjects !== null && { subjects: values.add(subjects), 'same-incident-neighbours': sql.neighbours }),
    'fact-conditions': seen.fact,
    'known-conditions': seen.known,
  });
  const links = await read.query<{ a: string; b: string }>({ text, values: values.values });
  return incidentsOf(links.map(({ a, b }) => [a, b] as const));
}
