/**
 * The first page of a walk at "now": its keys are read with the position in one statement, of the generation that was
 * live a moment ago; the statement says which one is live, and where that has changed it is run again.
 */
import { toPositionToken } from '@ledgerline/log';
import { bindSchema, type ViewReader } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { Languages } from '../filters/search-conditions.ts';
import { lastSearchLanguages, searchLanguages } from '../filters/search-languages.ts';
import type { KnownBy } from '../reading/clock-parameters.ts';
import type { Walk } from '../reading/cursor.ts';
import { isMissingRelation, recentLiveView } from '../reading/live-views.ts';
import { viewBehind } from '../reading/locate.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import { type ClaimKeysRow, claimKeysStatement } from './claim-keys-statement.ts';
import { buildClaimsPage, type ClaimsPage, type ClaimsPageSpec } from './read-claims-page.ts';

export type ReadCurrentPage = (walk: Walk, spec: ClaimsPageSpec, knownBy: KnownBy | null) => Promise<ClaimsPage>;

const attempts = 3;

export function createCurrentPageReader({ pool, views }: { pool: Pool; views: ViewReader }): ReadCurrentPage {
  const names = createStatementNames('current-keys');

  const readOnce = async (walk: Walk, spec: ClaimsPageSpec, knownBy: KnownBy | null): Promise<ClaimsPage | null> => {
    const { generation, schema } = await recentLiveView(views, 'timeline');
    const query = async <Row>({
      name,
      text,
      values = [],
    }: {
      name?: string;
      text: string;
      values?: readonly unknown[];
    }) => {
      const named = name === undefined ? {} : { name: `${schema}.${name}` };
      return (await pool.query({ ...named, text: bindSchema(text, 'timeline', schema), values: [...values] }))
        .rows as Row[];
    };
    const readKeys = async (languages: Languages) => {
      const { text, values } = claimKeysStatement({ ...spec, languages }, { at: null, knownBy });
      return (await query<ClaimKeysRow>({ ...namedIf(names.nameOf(text)), text, values }))[0];
    };
    const guessed = spec.filters.q === undefined ? [] : lastSearchLanguages(pool, schema);
    let row = await readKeys(guessed);
    if (row?.live !== generation) return null;
    const languages = await searchLanguages(pool, schema, row.held.offsets, spec.filters.q);
    // A claim in a new language came in since they were read last.
    if (languages.join() !== guessed.join()) row = await readKeys(languages);
    if (row?.live !== generation) return null;
    const { logId, offsets: at } = row.held;
    const token = toPositionToken({ logId, offsets: at });
    const read = { logId, at, token, knownBy, query, schema, languages, lastRecorded: null };
    return await buildClaimsPage(read, row, walk, spec);
  };

  return async (walk, spec, knownBy) => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const page = await readOnce(walk, spec, knownBy).catch((error: unknown) => {
        if (isMissingRelation(error)) return null;
        throw error;
      });
      if (page !== null) return page;
      // Promoted meanwhile: what is known of the view is a moment too old.
      await views.readNow('timeline');
    }
    throw viewBehind();
  };
}
