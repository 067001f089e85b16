/**
 * The embedded log's writer: events as rows, in the round's own transaction, so that the log and its index commit together.
 */
import { readSql } from '@ledgerline/database';
import type { LaneWriter } from '../append/lane-writer.ts';

const insertEventsSql = {
  name: 'log-insert-events',
  text: readSql(new URL('./sql/insert-events.sql', import.meta.url)),
};

export const eventWriter: LaneWriter = {
  adapter: 'postgres',
  synchronousCommit: 'on',
  ends: null,
  async write(client, batches) {
    const placed = batches.flatMap(({ partition, offset, records }) =>
      records.map((record, index) => ({ partition, offset: offset + index, record })),
    );
    const values = [
      batches.map(({ partition }) => partition),
      placed.map(({ partition }) => partition),
      placed.map(({ offset }) => offset),
      placed.map(({ record }) => record.subject),
      placed.map(({ record }) => record.content),
    ];
    const { rows } = await client.query<{ partition: number; recorded_at: string }>({ ...insertEventsSql, values });
    const times = new Map(rows.map((row) => [row.partition, row.recorded_at]));
    return {
      status: 'written',
      batches: batches.map(({ partition, offset }) => {
        const recordedAt = times.get(partition);
        if (recordedAt === undefined) throw new Error(`no lane for partition ${partition}`);
        return { partition, offset, recordedAt };
      }),
    };
  },
};
