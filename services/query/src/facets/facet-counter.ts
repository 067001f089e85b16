/** Counts of a list's claims, by term and by span of time: additive over claims, so that they are kept (../kept). */

import type { Offsets } from '@ledgerline/log';
import { bindSchema } from '@ledgerline/projection';
import type { Pool } from 'pg';
import { countUnlawful } from '../directory/count-unlawful.ts';
import { addCounts, type Counts, toCounts } from '../kept/counts.ts';
import { givenFilters, leavesMost } from '../kept/given-filters.ts';
import type { KeepCounts } from '../kept/kept-counts.ts';
import { recordedRanges } from '../kept/recorded-ranges.ts';
import type { Statement } from '../read-context.ts';
import type { KnownBy } from '../reading/clock-parameters.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import type { ChosenClaims } from '../timeline/claim-conditions.ts';
import type { FacetName } from './facet-parameters.ts';
import { type CountSpec, facetStatements } from './facet-statements.ts';

export type AskedCounts = {
  /** Of the timeline's generation that the list is read from. */
  readonly schema: string;
  readonly claims: ChosenClaims;
  readonly facets: readonly FacetName[];
  readonly logId: string;
  readonly at: Offsets;
  readonly knownBy: KnownBy | null;
  readonly lastRecorded: LastRecorded;
};

/** Rejects where the database fails or the generation is gone. */
export type CountFacets = (asked: AskedCounts) => Promise<Counts>;

export function createFacetCounter({ pool, keepCounts }: { pool: Pool; keepCounts: KeepCounts }): CountFacets {
  return async (asked) => {
    const { schema, logId, at } = asked;
    const query = async <Row>({ text, values = [] }: Statement): Promise<Row[]> =>
      (await pool.query({ text: bindSchema(text, 'timeline', schema), values: [...values] })).rows as Row[];
    const run = async (spec: CountSpec): Promise<Counts> => {
      const counts = new Map<string, number>();
      for (const statement of facetStatements(spec)) addCounts(counts, toCounts(await query(statement)));
      return counts;
    };
    const isOfAll = leavesMost(asked.claims.filters);
    return await keepCounts({
      view: 'timeline',
      schema,
      logId,
      at,
      unlawful: async () => await countUnlawful({ query }),
      what: whatIsCounted(asked),
      isOfAll,
      async *whole() {
        if (!isOfAll) return yield await run({ ...asked, among: null });
        for await (const among of recordedRanges({ query, lastRecorded: asked.lastRecorded })) {
          yield await run({ ...asked, among });
        }
      },
      among: async (subjects, where) => await run({ ...asked, at: where, lastRecorded: null, among: subjects }),
    });
  };
}

function whatIsCounted({ claims: { filters, dateMatch }, facets, knownBy }: AskedCounts): unknown {
  return ['facets', givenFilters(filters), dateMatch ?? null, facets.toSorted(), knownBy];
}
