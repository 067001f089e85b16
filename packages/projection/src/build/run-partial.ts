/**
 * A partial rebuild: the claims a filter names, folded anew from the log into a generation of their own, and put in the
 * place of what differs, subject by subject. The live generation stays the live one. The one kept before it is mended the
 * same way, or a rollback would bring back what was wrong, or unlawful.
 */
import { readSql } from '@ledgerline/database';
import type { Offsets } from '@ledgerline/log';
import type { Generation } from '../generation.ts';
import { catchUp, generationOf, makeGeneration } from './build-generation.ts';
import { isEqual } from './differences.ts';
import { openFilling, sumOf } from './fill-generation.ts';
import type { JobFilter } from './job.ts';
import { type JobContext, JobFailed } from './job-context.ts';
import { findFed, liveOfOurVersion } from './live-generation.ts';
import { BuildAhead, findDifferingSubjects, type Replacement, replaceSubject } from './replace-subjects.ts';
import { selectSubjects } from './select-subjects.ts';
import { readOffsets, withSnapshot } from './snapshot.ts';
import { compareWithLive } from './verify-generation.ts';

const reachSql = readSql(new URL('./sql/reach-of-redactions.sql', import.meta.url));
/** While others write there may be new rows between two looks; a third difference is none of theirs. */
const attempts = 3;

export async function runPartial(context: JobContext): Promise<void> {
  const { job, view, log, pool, progress, signal, lease } = context;
  const description = await log.describe();
  const live = await liveOfOurVersion(pool, view);
  const filter = job.filter as JobFilter;
  const [, ...kept] = await findFed(pool, view.name);
  const targets = [live, ...kept.filter(({ version }) => version === view.version)];
  if (job.cause === 'redaction' && 'subject' in filter) {
    await context.enter('building', 'catching-up');
    await awaitRedacted(context, targets, description.logId, filter.subject);
  }
  const ends = await log.ends();
  const subjects = await selectSubjects(context, filter, ends);
  const build =
    job.generation === null
      ? await makeGeneration(pool, view, description, job, lease)
      : generationOf(view, job.generation);
  const { partitions } = description;
  const onMove = (offsets: Offsets) => progress.at(sumOf(offsets), Math.max(sumOf(ends), sumOf(offsets)));
  const target = {
    view,
    generation: build,
    pool,
    log,
    decoding: { decode: context.decode, isRedacted: context.isRedacted, partitions },
  };
  const accepts = (record: { readonly key: string | null }) => record.key !== null && subjects.has(record.key);
  const filling = await openFilling({ ...target, accepts }, partitions, onMove);
  const slowest = async () => lowestOf(await Promise.all(targets.map((one) => readOffsets(pool, one))));
  await context.enter('building', 'filling');
  await catchUp(filling, slowest, signal);
  const names = [...subjects];
  const { offsets, differences } = await compareWithLive(context, filling, build, live, names);
  await lease.verified(offsets, differences, null);
  if (!job.dryRun) {
    // What a redaction takes away was not shown any more: it was retracted before.
    const told = job.cause === 'redaction' ? null : view;
    for (const one of targets) {
      await mend(context, { build, filling, target: one, told: one === live ? told : null }, names);
    }
  }
  progress.at(sumOf(filling.offsets), sumOf(filling.offsets));
  await lease.finish('ready', null, progress.report());
}

/** What a view has not applied yet its own decoder would write as it was. */
async function awaitRedacted(
  { pool, pause }: JobContext,
  targets: readonly Generation[],
  logId: string,
  subject: string,
): Promise<void> {
  const { rows } = await pool.query<{ partition: number; next: number }>(reachSql, [logId, subject]);
  for (const target of targets) {
    const isThere = async () => {
      const held = await readOffsets(pool, target);
      return rows.every(({ partition, next }) => (held[partition] ?? 0) >= next);
    };
    while (!(await isThere())) await pause();
  }
}

function lowestOf(positions: readonly Offsets[]): Offsets {
  const [first = [], ...others] = positions;
  return first.map((offset, partition) => Math.min(offset, ...others.map((other) => other[partition] ?? 0)));
}

/** Until nothing of these subjects differs any more. */
async function mend(context: JobContext, replacement: Replacement, subjects: readonly string[]): Promise<void> {
  const { pool, signal } = context;
  const { build, filling, target } = replacement;
  for (let attempt = 1; ; attempt += 1) {
    const compared = await compareWithLive(context, filling, build, target, subjects);
    if (isEqual(compared.differences)) return;
    if (attempt > attempts) throw new JobFailed('rows still differ after they were replaced');
    const differing = await withSnapshot(pool, target, signal, (found) =>
      withSnapshot(pool, build, signal, (expected) => findDifferingSubjects(expected, found, subjects)),
    );
    await context.enter('building', 'replacing');
    for (const subject of differing) await replaceWhenDue(context, replacement, subject, signal);
  }
}

async function replaceWhenDue(
  context: JobContext,
  replacement: Replacement,
  subject: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await replaceSubject(context.pool, replacement, subject, signal);
    } catch (error) {
      // It was brought to another target's place, which this one will have come to in a moment.
      if (!(error instanceof BuildAhead)) throw error;
      await context.pause();
    }
  }
}
