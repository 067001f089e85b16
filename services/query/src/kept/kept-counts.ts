/**
 * What is counted over all claims, exact at a position, and counted once: what stands at one position stands there, and at
 * another it differs by the claims alone that had an event in between. So the first count of a question costs the log, in
 * parts, and every later one what is new. The last counts are kept in the database too, for whoever is started next.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { readSql } from '@ledgerline/database';
import { canonicalJson } from '@ledgerline/events';
import { problem } from '@ledgerline/http';
import type { Offsets } from '@ledgerline/log';
import type { ViewName, ViewReader } from '@ledgerline/projection';
import type { Pool } from 'pg';
import { createChangedSubjects } from './changed-subjects.ts';
import { addCounts, type Counts } from './counts.ts';
import { type Counted, createRecentCounts, distance } from './recent-counts.ts';
import { createStoredCounts } from './stored-counts.ts';

export type Question = {
  /** Of which the claims are read, in which generation. */
  readonly view: ViewName;
  readonly schema: string;
  readonly logId: string;
  readonly at: Offsets;
  /** What is counted, without where: the same JSON for all who mean the same. */
  readonly what: unknown;
  /** How many claims have been found unlawful by now: another number is another count, at one position too. */
  unlawful(): Promise<number>;
  /** Counted over all there is: one such count at a time, and its result goes into the database. */
  readonly isOfAll: boolean;
  /** All of it, in parts of which none takes long. */
  whole(): AsyncIterable<Counts>;
  /** What these claims count at a position. */
  among(subjects: readonly string[], at: Offsets): Promise<Counts>;
  /** Claims whose counts hang together with these at a position, these among them; missing: each counts for itself. */
  together?(subjects: readonly string[], at: Offsets): Promise<readonly string[]>;
  /** Leaves out what need not be kept; null: too much was left out before, and all must be counted again. */
  settle?(counts: Counts): Counts | null;
};

/** Rejects where the database fails or the generation is gone, and with 503 while a first count takes long: it goes on. */
export type KeepCounts = (question: Question) => Promise<Counts>;

const stampsSql = readSql(new URL('./sql/read-stamps.sql', import.meta.url));

/** Beyond this many events counting anew is as cheap. */
const maxDifference = 20_000;
const subjectsAtOnce = 2_000;
/** A statement may take 10 s; whoever waits is told before that of a count that takes longer. */
const patienceMs = 8_000;
const retryAfterS = 5;
const maxUnderWay = 64;

export function createKeptCounts({ pool, views }: { pool: Pool; views: ViewReader }): KeepCounts {
  const recent = createRecentCounts();
  const stored = createStoredCounts(pool);
  const changedSubjects = createChangedSubjects({ pool, views });
  /** By what is counted, and where: who asks for the same at the same time shares one count. */
  const underWay = new Map<string, Promise<Counts>>();
  /** By what is counted: the next one begins with what the one before has counted. */
  const lastOf = new Map<string, Promise<unknown>>();
  let lastOfAll: Promise<unknown> = Promise.resolve();

  /** From counts nearby: less what the claims that changed in between were there, more what they are here. */
  const differ = async (question: Question, base: Counted): Promise<Counts | null> => {
    const changed = await changedSubjects(question.logId, question.at, base.at, maxDifference);
    if (changed === null) return null;
    const subjects = await withTogether(question, changed, base.at);
    const counts = new Map(base.counts);
    for (let from = 0; from < subjects.length; from += subjectsAtOnce) {
      const some = question.together === undefined ? subjects.slice(from, from + subjectsAtOnce) : subjects;
      addCounts(counts, await question.among(some, base.at), -1);
      addCounts(counts, await question.among(some, question.at));
      if (some === subjects) break;
    }
    return question.settle === undefined ? counts : question.settle(counts);
  };

  const countWhole = async (question: Question): Promise<Counts> => {
    const counts = new Map<string, number>();
    for await (const part of question.whole()) addCounts(counts, part);
    const settled = question.settle === undefined ? counts : question.settle(counts);
    if (settled === null) throw new Error('counts of all claims lack some');
    return settled;
  };
  /** One at a time: a few of them would take all connections from those who ask for a page. */
  const countAll = async (question: Question): Promise<Counts> => {
    if (!question.isOfAll) return await countWhole(question);
    const counting = lastOfAll.then(() => countWhole(question));
    lastOfAll = counting.catch(() => undefined);
    return await counting;
  };

  const countAt = async (question: Question, name: string): Promise<Counts> => {
    const known = recent.nearest(name, question.at);
    const base = known ?? (question.isOfAll ? await stored.load(question, name) : null);
    const far = base === null ? Number.POSITIVE_INFINITY : distance(base.at, question.at);
    if (base !== null && known === null) recent.keep(name, base);
    if (base !== null && far === 0) return base.counts;
    const differing = base !== null && far <= maxDifference ? await differ(question, base) : null;
    const counts = differing ?? (await countAll(question));
    recent.keep(name, { at: question.at, counts });
    if (question.isOfAll) {
      const isTrue = async () => (await nameOf(question)) === name;
      await stored.save(question, name, { at: question.at, counts }, { isTrue, isAnew: differing === null });
    }
    return counts;
  };

  const nameOf = async (question: Question): Promise<string> => {
    const { view, schema, logId, what } = question;
    const { rows } = await pool.query<{ stamps: string }>({
      name: 'read-stamps',
      text: stampsSql,
      values: [view, schema],
    });
    return canonicalJson([view, schema, logId, what, await question.unlawful(), rows[0]?.stamps ?? '']);
  };

  return async (question) => {
    const name = await nameOf(question);
    const moment = `${question.at.join()} ${name}`;
    const shared = underWay.get(moment);
    if (shared !== undefined) return await withPatience(shared);
    if (underWay.size >= maxUnderWay) throw problem('overloaded', 'Too many counts are under way.');
    const before = lastOf.get(name) ?? Promise.resolve();
    const counting = before.catch(() => undefined).then(() => countAt(question, name));
    underWay.set(moment, counting);
    lastOf.set(name, counting);
    const over = () => {
      underWay.delete(moment);
      if (lastOf.get(name) === counting) lastOf.delete(name);
    };
    counting.then(over, over);
    return await withPatience(counting);
  };
}

/** At both positions: what hung together, and what does now. */
async function withTogether(question: Question, changed: readonly string[], before: Offsets): Promise<string[]> {
  if (question.together === undefined || changed.length === 0) return [...changed];
  const were = await question.together(changed, before);
  const are = await question.together(changed, question.at);
  return [...new Set([...were, ...are])];
}

async function withPatience(counting: Promise<Counts>): Promise<Counts> {
  const stop = new AbortController();
  const tooLong = delay(patienceMs, null, { signal: stop.signal, ref: false }).catch(() => null);
  try {
    const counts = await Promise.race([counting, tooLong]);
    if (counts !== null) return counts;
    const detail =
      'All there is has to be counted for this, which takes longer than a request may. It goes on: ask again.';
    throw problem('overloaded', detail, { retryAfter: retryAfterS });
  } finally {
    stop.abort();
  }
}
