/** What an event must have left in the statistics: a version with its title and the wording of every figure. */
import { readSql } from '@ledgerline/database';
import { claimOf } from '@ledgerline/events';
import type { ViewTraces } from '@ledgerline/projection';

export const statisticsTraces: ViewTraces = {
  text: readSql(new URL('./sql/traces.sql', import.meta.url)),
  of: ({ event }) => {
    const which = `${event.source} ${event.id} ${event.subject}`;
    if (event.type === 'claim.retracted.v1') return which;
    const claim = claimOf(event);
    if (claim === null) return null;
    return `${which} ${claim.data.title}${claim.data.quantities.map(({ measure, text }) => ` ${measure} ${text}`).join('')}`;
  },
};
