/**
 * A verification: the log folded into a generation made for nothing else, and the live rows compared with it, at the
 * position that they hold.
 */
import { catchUp, generationOf, makeGeneration } from './build-generation.ts';
import { isEqual } from './differences.ts';
import { openFilling, sumOf } from './fill-generation.ts';
import { type JobContext, JobFailed } from './job-context.ts';
import { liveOfOurVersion } from './live-generation.ts';
import { loadRedactions } from './redactions.ts';
import { readOffsets } from './snapshot.ts';
import { checkGeneration, compareWithLive } from './verify-generation.ts';

/** Resolves when the job is finished; the generation is dropped by the worker. */
export async function runVerification(context: JobContext): Promise<void> {
  const { job, view, log, pool, progress, signal, lease } = context;
  const description = await log.describe();
  const live = await liveOfOurVersion(pool, view);
  const generation =
    job.generation === null
      ? await makeGeneration(pool, view, description, job, lease)
      : generationOf(view, job.generation);
  const { partitions } = description;
  const goal = async () => {
    const to = await readOffsets(pool, live);
    total = sumOf(to);
    return to;
  };
  let total = 0;
  const decoding = { decode: context.decode, isRedacted: context.isRedacted, partitions };
  const filling = await openFilling({ view, generation, pool, log, decoding }, partitions, (offsets) =>
    progress.at(sumOf(offsets), Math.max(total, sumOf(offsets))),
  );
  await context.enter('building', 'filling');
  await catchUp(filling, goal, signal);
  await checkGeneration(context, generation, partitions);
  const { offsets, differences } = await compareWithLive(context, filling, generation, live);
  // What was folded before a claim was redacted says what the live rows no longer do.
  if (!isEqual(differences) && (await loadRedactions(pool, description.logId)).count > context.isRedacted.count) {
    throw new JobFailed('a claim was redacted meanwhile: verify again');
  }
  await lease.verified(offsets, differences, null);
  progress.at(sumOf(offsets), sumOf(offsets));
  await lease.finish('ready', null, progress.report());
}
