/**
 * Proves a build: against the log, record by record, and against the live generation, row by row, both at one position.
 * Nobody is held up: the live rows are read in a snapshot, and the build is brought to exactly that snapshot's position.
 */
import type { Offsets } from '@ledgerline/log';
import type { Generation } from '../generation.ts';
import { checkAgainstLog } from './check-against-log.ts';
import { compareSnapshots } from './compare-snapshots.ts';
import { type Differences, isEqual } from './differences.ts';
import { covers, type Filling, sumOf } from './fill-generation.ts';
import { type JobContext, JobFailed } from './job-context.ts';
import { withSnapshot } from './snapshot.ts';

export type Compared = { readonly offsets: Offsets; readonly differences: Differences };

const patienceMs = 60_000;

/** @throws JobFailed where the rows don't follow from the log; what differs is recorded with the job */
export async function checkGeneration(context: JobContext, generation: Generation, partitions: number): Promise<void> {
  const { progress, signal, view, log, decode, lease, pool } = context;
  await context.enter('verifying', 'checking');
  const checked = await withSnapshot(pool, generation, signal, async (snapshot) => {
    const total = sumOf(snapshot.offsets);
    let done = 0;
    const onRead = (records: number) => progress.at((done += records), total);
    const decoding = { decode, isRedacted: context.isRedacted, partitions };
    const differences = await checkAgainstLog({ view, log, decoding, signal, onRead }, snapshot);
    return { offsets: snapshot.offsets, differences };
  });
  if (isEqual(checked.differences)) return;
  const reason = 'the rows do not follow from the log';
  await lease.verified(checked.offsets, checked.differences, reason);
  throw new JobFailed(reason);
}

/** `expected` is what the build has, `found` what is live. @param filling of the build */
export async function compareWithLive(
  context: JobContext,
  filling: Filling,
  build: Generation,
  live: Generation,
  subjects?: readonly string[],
): Promise<Compared> {
  const { signal, pool } = context;
  await context.enter('verifying', 'comparing');
  const deadline = Date.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const compared = await withSnapshot(pool, live, signal, async (found) => {
      // A build that went on past the live rows waits for them; only after a restart can that be.
      if (!covers(found.offsets, filling.offsets)) return null;
      await filling.upTo(found.offsets, signal);
      const options = subjects === undefined ? { signal } : { signal, subjects };
      const differences = await withSnapshot(pool, build, signal, (expected) =>
        compareSnapshots(expected, found, options),
      );
      return { offsets: found.offsets, differences };
    });
    if (compared !== null) return compared;
    if (Date.now() > deadline) throw new JobFailed('the live generation does not get as far as the build: is it fed?');
    await context.pause();
  }
}
