/**
 * What a promotion, a way back or a repair in place made different for readers, as items of a stream of changes: the claims
 * that may differ are named, and looked at in the rows of before and of now, both as of where the client stands. So the
 * client gets what its own reading would find different there, whenever it comes; and then what the log says from there on.
 */
import { isDeepStrictEqual } from 'node:util';
import { readSql } from '@ledgerline/database';
import { type Amended, type Offsets, toPositionToken } from '@ledgerline/log';
import { schemaOf } from '@ledgerline/projection';
import type { Pool } from 'pg';
import type { EventFilters } from '../filters/claim-filters.ts';
import type { ListFilter } from '../filters/list-parameter.ts';
import type { Read } from '../read-context.ts';
import type { DateMatch } from '../reading/clock-parameters.ts';
import { type ClaimThen, claimsThen } from './claims-then.ts';

export type AmendmentsSpec = {
  /** Where the client stands. */
  readonly at: Offsets;
  readonly told: Amended;
  /** The last one of the live rows. */
  readonly latest: number;
  readonly filters: EventFilters;
  readonly dateMatch: DateMatch | undefined;
};

export type ReadAmendment = {
  readonly told: Amended;
  readonly token: string;
  /** JSON text of an item of changes; null: more claims than are named. */
  readonly item: string | null;
};

type Row = {
  readonly id: number;
  readonly generationBefore: number | null;
  readonly subject: string | null;
  readonly named: number | null;
  readonly isLast: boolean;
  readonly amendedAt: string;
};

const sql = readSql(new URL('./sql/amended-claims.sql', import.meta.url));
/** Looked at in one go. */
const claimsAtOnce = 200;
/** Dropped meanwhile, or made by a version of the view that this program can't read. */
const unreadable = new Set(['42P01', '3F000', '42703', '42883']);

/** The first ones beyond `told`, and up to where they are all there is. */
export async function readAmendments(
  pool: Pool,
  read: Read,
  { told, latest, at, ...selection }: AmendmentsSpec,
): Promise<{ items: ReadAmendment[]; reached: Amended }> {
  const { logId } = read;
  const live = read.located.views.get('timeline');
  if (live === undefined) throw new Error('amendments are of the timeline');
  const values = [logId, told.id, latest, told.named, claimsAtOnce];
  const { rows } = await pool.query<Row>({ name: 'amended-claims', text: sql, values });
  const positions = positionsOf(rows, told);
  const reached = rows.length < claimsAtOnce ? { id: latest, named: 0 } : (positions.at(-1) ?? told);

  const chosen = rows.filter(({ subject }) => subject === null || isChosen(subject, selection.filters.subject));
  const subjectsOf = (some: readonly Row[]) => [...new Set(some.flatMap(({ subject }) => subject ?? []))];
  const then = { logId, at, ...selection, languages: await read.languages(selection.filters.q) };
  const now = await claimsThen(pool, live.schema, subjectsOf(chosen), then);
  const before = new Map<number | null, ReadonlyMap<string, ClaimThen> | null>([[null, null]]);
  for (const [generation, some] of Map.groupBy(chosen, (row) => row.generationBefore)) {
    if (generation === null) continue;
    const schema = schemaOf('timeline', generation);
    before.set(generation, await claimsThen(pool, schema, subjectsOf(some), then).catch(ifUnreadable));
  }

  /** undefined: what was there before can't be had any more, or not all of it. */
  const wasOf = (subject: string) => {
    const all = chosen.filter((row) => row.subject === subject).map((row) => before.get(row.generationBefore) ?? null);
    return all.includes(null) ? undefined : all[0]?.get(subject);
  };
  const items = chosen.flatMap((row): ReadAmendment[] => {
    const { subject, amendedAt } = row;
    const amended = positions[rows.indexOf(row)] ?? told;
    const token = toPositionToken({ logId, offsets: at, amended });
    if (subject === null) return [{ told: amended, token, item: null }];
    // Named more than once: what counts is what it was at first, and what it is now.
    if (chosen.findLast((other) => other.subject === subject) !== row) return [];
    const [was, is] = [wasOf(subject), now.get(subject)];
    if (!isTold(was, is)) return [];
    const head = { change: 'rebuilt', subject, position: token, recordedAt: amendedAt };
    return [{ told: amended, token, item: toItem(head, was, is) }];
  });
  return { items, reached };
}

function toItem(head: object, was: ClaimThen | undefined, is: ClaimThen | undefined): string {
  const noEvent = { reason: null, note: null, event: null };
  const start = JSON.stringify({ ...head, ...noEvent }).slice(0, -1);
  return `${start},"before":${was?.item ?? 'null'},"after":${is?.item ?? 'null'}}`;
}

/** Of each row where the client stands after it. */
function positionsOf(rows: readonly Row[], told: Amended): Amended[] {
  return rows.map(({ id, subject, named, isLast }, index) => {
    if (isLast || subject === null) return { id, named: 0 };
    const before = rows.slice(0, index).findLast((row) => row.id !== id)?.id ?? told.id;
    return { id: before, named: named ?? 0 };
  });
}

function isChosen(subject: string, filter: ListFilter | undefined): boolean {
  return filter === undefined || filter.values.includes(subject) !== filter.negated;
}

/** Whether whoever looks with these filters finds anything different. */
function isTold(was: ClaimThen | undefined, is: ClaimThen | undefined): boolean {
  // The rows before may not have come to know of it.
  if (is?.isUnlawful === true) return false;
  if (was === undefined) return is?.item != null || is?.isKnown !== true;
  if (!was.matches && is?.matches !== true) return false;
  return was.matches !== is?.matches || !isSameItem(was.item, is.item);
}

function isSameItem(one: string | null, other: string | null): boolean {
  if (one === other || one === null || other === null) return one === other;
  return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}

function ifUnreadable(error: unknown): null {
  if (error instanceof Error && 'code' in error && unreadable.has(String(error.code))) return null;
  throw error;
}
