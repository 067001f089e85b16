/**
 * Sends rows to the server a group at a time, in order, and tells what became of each. What was sent before is a
 * duplicate, so an import can be broken off and begun again at any time.
 */
import type { Ledgerline, WriteResult } from '@ledgerline/client';
import { type Group, type GroupSize, groupRows, type Row } from './read-rows.ts';

export type RowError = { readonly pointer: string; readonly message: string };

export type ImportReport = { stored: number; duplicates: number; valid: number; failed: number };

export type ImportEvents = {
  readonly onFailed: (row: Row, errors: readonly RowError[]) => Promise<void>;
  /** Everything up to and with this row is settled. */
  readonly onSettled: (last: Row, report: Readonly<ImportReport>) => Promise<void>;
};

const IMPORT_GROUP: GroupSize = { rows: 500, characters: 4 * 1024 * 1024 };
/** Nothing of one dry run is known to the next: as large as may be, since rows build upon those before them. */
const DRY_RUN_GROUP: GroupSize = { rows: 20_000, characters: 64 * 1024 * 1024 };

export async function importRows(
  client: Pick<Ledgerline, 'appendLines'>,
  rows: AsyncIterable<Row>,
  { dryRun, ...events }: ImportEvents & { readonly dryRun: boolean },
): Promise<ImportReport> {
  const report: ImportReport = { stored: 0, duplicates: 0, valid: 0, failed: 0 };
  const groups = groupRows(rows, dryRun ? DRY_RUN_GROUP : IMPORT_GROUP)[Symbol.asyncIterator]();
  for (let next = groups.next(); ; ) {
    const { done, value: group } = await next;
    if (done) return report;
    // Read while the one before is on its way.
    next = groups.next();
    next.catch(() => undefined);
    await sendGroup(client, group, dryRun, report, events.onFailed);
    await events.onSettled(group.at(-1) as Row, report);
  }
}

async function sendGroup(
  client: Pick<Ledgerline, 'appendLines'>,
  group: Group,
  dryRun: boolean,
  report: ImportReport,
  onFailed: ImportEvents['onFailed'],
): Promise<void> {
  const results = await client.appendLines(
    group.map(({ text }) => text),
    { dryRun },
  );
  for (const [index, result] of results.entries()) {
    if (result.status === 'stored') report.stored += 1;
    else if (result.status === 'duplicate') report.duplicates += 1;
    else if (result.status === 'valid') report.valid += 1;
    else {
      report.failed += 1;
      await onFailed(group[index] as Row, errorsOf(result));
    }
  }
}

type Problem = {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly message: string }[];
};

function errorsOf({ problem }: WriteResult): RowError[] {
  const { title = 'it was refused', detail, errors = [] } = (problem ?? {}) as Problem;
  if (errors.length === 0) return [{ pointer: '', message: detail ?? title }];
  return errors.map(({ pointer = '', message }) => ({ pointer, message }));
}
