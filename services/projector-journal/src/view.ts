/**
 * The journal: the log as rows, in the log's own order and text. Its rows follow from one event each, so that it
 * needs nothing of what came before.
 */
import { readSql } from '@ledgerline/database';
import { encodeColumns, type Ignored, type View } from '@ledgerline/projection';
import { eventColumns, toEventRow } from './event-row.ts';
import { journalTraces } from './traces.ts';

const writeBatchSql = readSql(new URL('./sql/write-batch.sql', import.meta.url));

export const journalView: View = {
  name: 'journal',
  version: 1,
  tables: readSql(new URL('./sql/tables.sql', import.meta.url)),
  traces: journalTraces,
  async prepare({ partition, events }, tx) {
    const count = events.length;
    const values = [partition, ...encodeColumns(events.map(toEventRow), eventColumns)];
    const write = async (): Promise<Ignored> => {
      const [result] = await tx.query<{ written: number }>({ name: 'write-batch', text: writeBatchSql, values });
      const duplicates = count - (result?.written ?? 0);
      return duplicates === 0 ? {} : { duplicate: duplicates };
    };
    return await Promise.resolve(write);
  },
};
