/**
 * The rows of changes, by the cheapest of the ways to them. What a filter leaves is either gathered, all claims that pass it
 * by the indexes of the timeline and then what happened to them; or met on a walk of the log from where the page begins. The
 * first costs as many claims as pass; the second as many events as lie before the page is full, which nobody knows before.
 */
import type { EventKey } from '../events/events-statement.ts';
import type { Languages } from '../filters/search-conditions.ts';
import type { Read } from '../read-context.ts';
import type { LastRecorded } from '../reading/last-recorded.ts';
import { createStatementNames, namedIf } from '../reading/statement-names.ts';
import { type ChangeRow, type ChangesSpec, changesStatement, claimsStatement } from './changes-statement.ts';
import { type ClaimFilter, eventBeyondStatement, eventsIn, FEW_EVENTS, type Way } from './ways-to-events.ts';

type Changes = Pick<Read, 'query' | 'knownBy' | 'languages' | 'lastRecorded'>;

/** To gather a claim with what happened to it costs about as much as to pass this many events by. */
const eventsAClaim = 3;
/** A walk goes so many times as far as is to be expected, and the next so many times as far again. */
const margin = 4;

const names = createStatementNames('changes');

export async function findChanges(read: Changes, spec: ChangesSpec): Promise<ChangeRow[]> {
  const languages = await read.languages(spec.filters.q);
  const lastRecorded = await read.lastRecorded(spec.until);
  const find = async (way: Way): Promise<ChangeRow[]> => {
    const { text, values } = changesStatement({ knownBy: read.knownBy, languages, lastRecorded, way }, spec);
    // With a name PostgreSQL would soon keep one plan for all values; by keys there is but one.
    const name = way === 'keys' && lastRecorded === null ? names.nameOf(text) : undefined;
    return await read.query<ChangeRow>({ ...namedIf(name), text, values });
  };
  const events = eventsIn(spec);
  if (events <= FEW_EVENTS) return await find('keys');
  const narrowest = await narrowestFilter(read, spec, languages);
  if (narrowest === null) return await find('range');
  const { by, claims } = narrowest;
  const most = claims * eventsAClaim;
  for (let expected = Math.ceil((spec.limit * events) / claims); expected < most; expected *= margin) {
    const walkedTo = await eventBeyond(read, spec, lastRecorded, expected * margin);
    const rows = await find({ by, walkedTo });
    if (rows.length === spec.limit || walkedTo === null) return rows;
  }
  return await find({ by, gathered: true });
}

type Narrowest = {
  readonly by: ClaimFilter;
  /** At least one: by PostgreSQL's estimate, some more than once. */
  readonly claims: number;
};

/** Of those that leave claims by an index; null where there is none, or claims are named. */
async function narrowestFilter(read: Changes, spec: ChangesSpec, languages: Languages): Promise<Narrowest | null> {
  const { subject } = spec.filters;
  if (subject !== undefined && !subject.negated) return null;
  let narrowest: Narrowest | null = null;
  for (const by of ['versions', 'types'] as const) {
    const statement = claimsStatement(by, spec, languages);
    if (statement === null) continue;
    type Explained = { readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number } }] };
    const [row] = await read.query<Explained>({ ...statement, text: `explain (format json) ${statement.text}` });
    const claims = Math.max(1, row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 1);
    if (narrowest === null || claims < narrowest.claims) narrowest = { by, claims };
  }
  return narrowest;
}

/** null: the range has no more. */
async function eventBeyond(
  read: Changes,
  spec: ChangesSpec,
  lastRecorded: LastRecorded,
  first: number,
): Promise<EventKey | null> {
  type Found = { readonly exact_time: string; readonly partition: number; readonly offset: number };
  const [found] = await read.query<Found>(eventBeyondStatement(spec, lastRecorded, first));
  return found === undefined ? null : [found.exact_time, found.partition, found.offset];
}
