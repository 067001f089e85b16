/**
 * A rebuild: a new generation beside the live one, filled, proven and promoted. Every step leaves what it has done in the
 * database, so that another process can take it up at any moment.
 */
import type { LogRecord, Offsets } from '@ledgerline/log';
import type { Generation } from '../generation.ts';
import { findAmended } from './amendments.ts';
import { catchUp, generationOf, makeGeneration, makeIndexes } from './build-generation.ts';
import { withCancellable } from './cancellable.ts';
import { type Differences, describeDifferences, isEqual } from './differences.ts';
import { type Filling, openFilling, sumOf } from './fill-generation.ts';
import type { Job } from './job.ts';
import { type JobContext, JobFailed } from './job-context.ts';
import { findLive } from './live-generation.ts';
import { type Promotion, promoteGeneration } from './promote-generation.ts';
import { readOffsets } from './snapshot.ts';
import { checkGeneration, compareWithLive } from './verify-generation.ts';

const lookEveryMs = 1_000;

/** Resolves when the job is finished. @throws JobFailed, JobLost, or a fault that the next try may not meet */
export async function runRebuild(context: JobContext): Promise<void> {
  const { job, view, log, pool, progress, signal, lease } = context;
  const description = await log.describe();
  const { partitions } = description;
  const generation = await generationFor(context, description);
  const live = await findLive(pool, view.name);
  const isComparable = live !== null && (live.version === view.version || job.dryRun);

  let total = sumOf(await log.ends());
  let lookedAt = performance.now();
  const onMove = (offsets: Offsets) => {
    progress.at(sumOf(offsets), Math.max(total, sumOf(offsets)));
    // Others write meanwhile: what there is to do grows.
    if (performance.now() - lookedAt < lookEveryMs) return;
    lookedAt = performance.now();
    log.ends().then(
      (found) => void (total = sumOf(found)),
      () => undefined,
    );
  };
  const decoding = { decode: context.decode, isRedacted: context.isRedacted, partitions };
  const touched = noteTouched();
  const target = { view, generation, pool, log, decoding, accepts: touched.accepts };
  const filling = await openFilling(target, partitions, onMove);
  onMove(filling.offsets);
  const ends = async () => {
    const found = await log.ends();
    total = sumOf(found);
    return found;
  };
  // Not past what is to be compared with: rows are equal at one position only.
  const goal = isComparable ? () => readOffsets(pool, live) : ends;

  let { differences, equalTo } = job;
  // Whoever died at the pointer had proven it.
  const isProven = job.state === 'ready' || job.phase === 'promoting';
  if (!isProven) {
    await context.enter('building', 'filling');
    await catchUp(filling, goal, signal);
    await context.enter('building', 'indexing');
    await makeIndexes(pool, view, generation, signal);
    await context.enter('building', 'catching-up');
    await catchUp(filling, goal, signal);
    await checkGeneration(context, generation, partitions);
    onMove(filling.offsets);
    if (isComparable) ({ differences, equalTo } = await compare(context, filling, generation, live));
    else await lease.verified(filling.offsets, noDifferences, null);
    if (job.dryRun) return await lease.finish('ready', differences && reasonOf(differences), progress.report());
  }
  await followUntilAsked(context, filling, ends, differences ?? noDifferences);
  const amends = await findAmends(context, generation, touched, equalTo);
  // That may have taken a while, and who feeds the live rows stands still for what is left.
  await catchUp(filling, ends, signal);
  await context.enter(job.promote === 'auto' ? 'verifying' : 'ready', 'promoting');
  const promotion = {
    jobId: job.id,
    owner: lease.owner,
    generation,
    amends,
    catchUp: async (to: Offsets) => await filling.upTo(to, signal),
  };
  if (await promoteGeneration(pool, promotion)) context.onPromoted();
}

const noDifferences: Differences = {
  expected: 0,
  found: 0,
  missing: 0,
  extra: 0,
  changed: 0,
  partitions: [],
  examples: [],
};

async function generationFor(context: JobContext, log: { logId: string; partitions: number }): Promise<Generation> {
  const { job, view, pool, lease, logger } = context;
  if (job.generation !== null) {
    const { rows } = await pool.query<{ version: number }>(
      'select version from projection.generations where view = $1 and generation = $2',
      [view.name, job.generation],
    );
    if (rows[0]?.version === view.version) {
      logger.info({ job: job.id, generation: job.generation, events: job.events.done }, 'the rebuild was resumed');
      return generationOf(view, job.generation);
    }
    logger.info({ job: job.id }, 'the rebuild starts over: what is there is of another version of the view');
  }
  return await makeGeneration(pool, view, log, job, lease);
}

async function compare(
  context: JobContext,
  filling: Filling,
  generation: Generation,
  live: Generation,
): Promise<Pick<Job, 'differences' | 'equalTo'>> {
  const { offsets, differences } = await compareWithLive(context, filling, generation, live);
  const reason = reasonOf(differences);
  const equalTo = reason === null ? live.generation : null;
  await context.lease.verified(offsets, differences, reason, equalTo);
  if (reason !== null && context.job.promote === 'auto' && !context.job.dryRun) throw new JobFailed(reason);
  return { differences, equalTo };
}

function reasonOf(differences: Differences): string | null {
  return isEqual(differences) ? null : describeDifferences(differences);
}

/** Keeps the build in step until somebody, or `promote: auto`, wants it to be the live one. */
async function followUntilAsked(
  context: JobContext,
  filling: Filling,
  ends: () => Promise<Offsets>,
  differences: Differences,
): Promise<void> {
  const { job, signal } = context;
  const isPromoted = () => {
    const asked = context.promotion();
    if (isEqual(differences)) return job.promote === 'auto' || asked !== null;
    return asked === 'asked-despite-differences';
  };
  for (;;) {
    await catchUp(filling, ends, signal);
    if (isPromoted()) return;
    await context.enter('ready', 'following');
    await context.pause();
  }
}

type Touched = { accepts(record: LogRecord): boolean; begin(): void; readonly claims: ReadonlySet<string> };

/** Which claims the log says something of, from when it is asked. */
function noteTouched(): Touched {
  const claims = new Set<string>();
  let isNoting = false;
  return {
    claims,
    begin: () => void (isNoting = true),
    accepts({ key }) {
      if (isNoting && key !== null) claims.add(key);
      return true;
    },
  };
}

/** @param equalTo the live generation that the build was found equal to */
async function findAmends(
  context: JobContext,
  generation: Generation,
  touched: Touched,
  equalTo: number | null,
): Promise<Promotion['amends']> {
  const { job, view, pool, signal } = context;
  const live = await findLive(pool, view.name);
  if (live === null || view.claimColumns === undefined) return null;
  if (live.generation === equalTo) return { live: live.generation, claims: () => [] };
  await context.enter(job.promote === 'auto' ? 'verifying' : 'ready', 'comparing');
  // Of one version both will have the same of what comes from here on.
  if (live.version !== view.version) touched.begin();
  const found = await withCancellable(pool, signal, (client) => findAmended(client, view, live, generation));
  return { live: live.generation, claims: () => found && [...new Set([...found, ...touched.claims])] };
}
