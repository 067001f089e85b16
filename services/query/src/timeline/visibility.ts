/**
 * Which versions, facts and claims a read sees: those of its position, and with `knownBy` those the public could know.
 * Fixed fragments; `at` null means "what this very statement's snapshot holds", which needs no comparison.
 */
import type { Offsets } from '@ledgerline/log';
import type { StatementValues } from '../filters/statement-values.ts';
import type { KnownBy } from '../reading/clock-parameters.ts';

export type Visibility = {
  /** The one version `v` of each claim that stands. */
  readonly version: readonly string[];
  /** Instead, `v` is the retraction of a claim that was there and has been found unlawful since. */
  readonly unlawful: string;
  /** A relation's fact `f` counts. */
  readonly fact: string;
  /** A version `k` by which its claim is there at all. */
  readonly known: string;
  /** A measure's change of status `s` counts. */
  readonly change: string;
};

type Alias = 'v' | 'w' | 'k' | 'f';

/**
 * What was retracted as unlawful is shown at no position, be it before the retraction: the retraction reaches back
 * (docs/decisions/0016). Few rows, with an index of their own.
 */
const unlawfulClaims = `select u.subject from timeline.versions u where u.change = 'retracted' and u.reason = 'unlawful'`;

export function visibility(at: Offsets | null, knownBy: KnownBy | null, values: StatementValues): Visibility {
  const position = at === null ? null : `(${values.add(at)}::bigint[])`;
  return visibilityAt(position, knownDayOf(knownBy, values));
}

/** By which day, and by which column of a version. */
export type KnownDay = { readonly day: string; readonly column: 'published_earliest' | 'published_latest' };

export function knownDayOf(knownBy: KnownBy | null, values: StatementValues): KnownDay | null {
  if (knownBy === null) return null;
  const column = knownBy.match === 'certain' ? 'published_latest' : 'published_earliest';
  return { day: `${values.add(knownBy.day)}::date`, column };
}

/** @param position SQL of an array of next offsets, as of which to see: a fixed fragment, or null as above */
export function visibilityAt(position: string | null, known: KnownDay | null): Visibility {
  const begun = (alias: Alias) =>
    position === null ? 'true' : `${alias}.from_offset < ${position}[${alias}.partition + 1]`;
  const said = position === null ? 'true' : `f."offset" < ${position}[f.partition + 1]`;
  const changed = position === null ? 'true' : `s."offset" < ${position}[s.partition + 1]`;
  // As of now the retraction itself is what stands.
  const lawful = position === null ? [] : [`v.subject not in (${unlawfulClaims})`];
  const unlawfulIf = (isKnown: string) =>
    position === null
      ? 'false'
      : `(v.change = 'retracted' and v.reason = 'unlawful' and exists (
        select from timeline.versions k where k.subject = v.subject and ${isKnown}))`;
  if (known === null) {
    const lasts =
      position === null
        ? 'v.to_offset is null'
        : `(v.to_offset is null or v.to_offset >= ${position}[v.partition + 1])`;
    const isKnown = `k.version = 1 and ${begun('k')}`;
    return {
      version: [begun('v'), lasts, ...lawful],
      unlawful: unlawfulIf(isKnown),
      fact: said,
      known: isKnown,
      change: changed,
    };
  }
  const { day, column } = known;
  const published = (alias: Alias) => `${alias}.change <> 'retracted' and ${alias}.${column} <= ${day}`;
  const isKnown = `${published('k')} and ${begun('k')}`;
  return {
    version: [
      begun('v'),
      ...lawful,
      // A retraction has no date of publication: it applies to whatever was known.
      `((${published('v')}) or (v.change = 'retracted' and exists (
        select from timeline.versions w
        where w.subject = v.subject and w.version < v.version and ${published('w')})))`,
      `not exists (
        select from timeline.versions w
        where w.subject = v.subject and w.version > v.version and ${begun('w')}
          and (w.change = 'retracted' or (${published('w')})))`,
    ],
    unlawful: unlawfulIf(isKnown),
    // What a claim's own data says of its relations is known with the version that says it; links always apply.
    fact: `${said} and (f.origin = 'link' or not exists (
      select from timeline.versions w
      where w.subject = f.subject and w.from_offset = f."offset" and w.change <> 'retracted' and (${published('w')}) is not true))`,
    known: isKnown,
    change: `${changed} and ${knownStatus(known)}`,
  };
}

/** A change of status `s` was published by the day, or without a date at all. */
export function knownStatus({ day, column }: KnownDay): string {
  return `coalesce(s.${column} <= ${day}, s.published_earliest is null and s.published_latest is null)`;
}
