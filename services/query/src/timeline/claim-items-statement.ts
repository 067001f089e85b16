/** The statement that writes claims as JSON: two texts, with `knownBy` and without, each prepared once. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { createStatementValues, fillMarkers } from '../filters/statement-values.ts';
import type { KnownBy } from '../reading/clock-parameters.ts';
import { visibility } from './visibility.ts';

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
};

export function claimItemsStatement(spec: ClaimItemsSpec): { name: string; text: string; values: readonly unknown[] } {
  const { versions, logId, at, knownBy } = spec;
  const values = createStatementValues();
  // The statement's file names these four itself.
  values.add(versions.map(({ subject }) => subject));
  values.add(versions.map(({ version }) => version));
  values.add(at);
  values.add(logId);
  const seen = visibility(at, knownBy, values);
  const text = fillMarkers(sql.items, {
    position: sql.position,
    'same-incident-neighbours': sql.neighbours,
    'fact-conditions': seen.fact,
    'known-conditions': seen.known,
  });
  return { name: `claim-items-${knownBy === null ? 'held' : knownBy.match}`, text, values: values.values };
}
