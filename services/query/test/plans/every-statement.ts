/** Which statement files of the query service no explained statement was made of. */
import { glob, readFile } from 'node:fs/promises';
import { bindSchema, viewNames } from '@ledgerline/projection';

const source = new URL('../../src/', import.meta.url);

/** Those that no page waits for, or that touch nothing that grows with the log; by path within src. */
export const notExplained: Readonly<Record<string, string>> = {
  'amendments/sql/amended-claims.sql': 'for streams, after a rebuild that changed something',
  'amendments/sql/claims-then.sql': 'the same',
  'amendments/sql/told-before.sql': 'the same',
  'filters/sql/match-searches.sql': 'for streams: the texts are given',
  'kept/sql/forget-counts.sql': 'after a redaction',
  'kept/sql/load-counts.sql': 'one row by its key, of a table with a row a question',
  'kept/sql/save-counts.sql': 'the same',
  'kept/sql/read-stamps.sql': 'jobs and parked records',
  'sql/copy-events.sql': 'explained as the select that it copies',
  'sql/list-discarded.sql': 'for operators',
  'sql/list-parked.sql': 'for operators',
  'sql/list-redactions.sql': 'for operators',
  'sql/list-views.sql': 'for operators',
  'sql/read-parked.sql': 'for operators',
  'sql/request-of-parked.sql': 'for operators',
  'stream/sql/parked-range.sql': 'parked records',
};

/** @param explained texts of statements, their tables in the schemas of first generations */
export async function statementsLeftOut(explained: Iterable<string>): Promise<string[]> {
  const texts = [...explained];
  const leftOut: string[] = [];
  for await (const path of glob('**/*.sql', { cwd: source })) {
    if (/fragments\/|migrations\//.test(path) || path in notExplained) continue;
    const parts = partsOf(await readFile(new URL(path, source), 'utf8'));
    if (!texts.some((text) => containsInOrder(text, parts))) leftOut.push(path);
  }
  return leftOut.toSorted();
}

/** What stands between the markers. */
function partsOf(sql: string): string[] {
  const bound = viewNames.reduce((text, view) => bindSchema(text, view, `${view}_g1`), sql.trim());
  return bound.split(/\/\*[a-z-]+\*\//);
}

function containsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}
