/** The statements that count the claims of a list by term and by span of time. */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import { createStatementValues, fillMarkers, type StatementValues } from '../filters/statement-values.ts';
import { type Among, amongConditions } from '../kept/recorded-ranges.ts';
import type { KnownBy } from '../reading/clock-parameters.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import { type ChosenClaims, claimConditions } from '../timeline/claim-conditions.ts';
import { type FacetName, type TermFacet, type TimeFacet, timeFacets } from './facet-parameters.ts';

export type FacetStatement = { readonly text: string; readonly values: readonly unknown[] };

export type CountSpec = {
  readonly claims: ChosenClaims;
  readonly facets: readonly FacetName[];
  readonly at: Offsets;
  readonly knownBy: KnownBy | null;
  readonly lastRecorded: LastRecorded;
  /** Only these claims; null: all. */
  readonly among: Among | null;
};

const file = (name: string) => readSql(new URL(`./sql/${name}.sql`, import.meta.url));
const sql = { facets: file('count-facets'), spans: file('count-spans') };

const formats: Readonly<Record<TimeFacet, string>> = { year: 'YYYY', month: 'YYYY-MM' };

export function isTimeFacet(facet: FacetName): facet is TimeFacet {
  return timeFacets.some((known) => known === facet);
}

/** Rows of all of them are `{ key, count }`, and keys of one are never of another. Every claim has one `kind:`. */
export function facetStatements(spec: CountSpec): FacetStatement[] {
  const terms: TermFacet[] = [
    'kind',
    ...spec.facets.filter((facet) => !isTimeFacet(facet) && facet !== 'kind'),
  ] as TermFacet[];
  const times = spec.facets.filter(isTimeFacet);
  return [termStatement(spec, terms), ...times.map((unit) => spanStatement(spec, unit))];
}

function termStatement(spec: CountSpec, facets: readonly TermFacet[]): FacetStatement {
  const values = createStatementValues();
  const text = fillMarkers(sql.facets, {
    conditions: conditionsOf(spec, values),
    wanted: facets.map((facet) => `starts_with(key, '${facet}:')`).join(' or '),
  });
  return { text, values: values.values };
}

function spanStatement(spec: CountSpec, unit: TimeFacet): FacetStatement {
  const values = createStatementValues();
  const text = fillMarkers(sql.spans, {
    conditions: conditionsOf(spec, values),
    unit: `'${unit}'`,
    format: `'${formats[unit]}'`,
  });
  return { text, values: values.values };
}

function conditionsOf({ claims, among, ...read }: CountSpec, values: StatementValues): string {
  const { conditions } = claimConditions(claims, read, values);
  return [...(among === null ? [] : amongConditions(among, values)), ...conditions].join(' and ');
}
