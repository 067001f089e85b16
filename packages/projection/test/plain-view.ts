/** The smallest view: a row an event, in the order of their application. What it fails on, a test decides. */
import type { ProjectedEvent, View } from '../src/index.ts';

export type AppliedRow = {
  readonly partition: number;
  readonly offset: number;
  readonly subject: string;
  readonly recorded_at: string;
};

/** @param failOn throws for an event that can't be applied; gives SQL to run for a failure in the database */
export function createPlainView(failOn: (event: ProjectedEvent) => string | void = () => undefined, version = 1): View {
  return {
    name: 'journal',
    version,
    tables: `create table journal.applied (
      partition integer not null, "offset" bigint not null, subject text not null, recorded_at timestamptz not null,
      primary key (partition, "offset"))`,
    async prepare({ events }, tx) {
      for (const event of events) {
        const statement = failOn(event);
        if (typeof statement === 'string') await tx.query({ text: statement });
      }
      const rows = events.map(({ event, partition, offset, recordedAt }) => ({
        partition,
        offset,
        subject: event.subject,
        recorded_at: recordedAt,
      }));
      return async () => {
        await tx.query({
          name: 'insert',
          text: `insert into journal.applied select * from jsonb_to_recordset($1::jsonb)
            as r (partition integer, "offset" bigint, subject text, recorded_at timestamptz)`,
          values: [JSON.stringify(rows)],
        });
        return {};
      };
    },
  };
}

export const titleOf = ({ event }: ProjectedEvent): string =>
  'title' in event.data && typeof event.data.title === 'string' ? event.data.title : '';
