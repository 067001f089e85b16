/** What an event must have left in the timeline: by the event's own words, not by the fold that writes the rows. */
import { readSql } from '@ledgerline/database';
import type { ProjectedEvent, ViewTraces } from '@ledgerline/projection';

export const timelineTraces: ViewTraces = {
  text: readSql(new URL('./sql/traces.sql', import.meta.url)),
  of: (projected) => {
    const { source, id, subject } = projected.event;
    return `${source} ${id} ${subject} ${saidBy(projected)}`;
  },
};

function saidBy({ event, recorded }: ProjectedEvent): string {
  const data = recorded['data'] as Readonly<Record<string, unknown>> | undefined;
  switch (event.type) {
    case 'claim.retracted.v1':
      return '';
    case 'claim.corrected.v1':
      return JSON.stringify(data?.['corrected']);
    case 'claims.linked.v1':
      return `link ${event.data.relation} ${event.data.target}`;
    case 'claims.unlinked.v1':
      return `unlink ${event.data.relation} ${event.data.target}`;
    case 'measure.status-changed.v1':
      return `${event.data.status} ${event.data.on.edtf}`;
    default:
      return JSON.stringify(data);
  }
}
