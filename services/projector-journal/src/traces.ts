/** What an event must have left in the journal: itself, word for word. */
import { readSql } from '@ledgerline/database';
import type { ViewTraces } from '@ledgerline/projection';

export const journalTraces: ViewTraces = {
  text: readSql(new URL('./sql/traces.sql', import.meta.url)),
  of: ({ event, raw }) => `${event.source} ${event.id} ${event.subject} ${raw}`,
};
