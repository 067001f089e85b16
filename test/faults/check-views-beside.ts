/**
 * `checkViews` in a thread of its own: folding a long log takes its time, and meanwhile this thread has the links to carry
 * between the services, the database and the broker.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { checkViews } from './check-views.ts';
import type { Difference } from './difference.ts';
import type { RawLog } from './raw-log.ts';

type Work = { readonly baseUrl: string; readonly log: RawLog };

/** As `checkViews`. */
export async function checkViewsBeside(baseUrl: string, log: RawLog): Promise<Difference[]> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { baseUrl, log } satisfies Work });
  const [differences] = (await once(worker, 'message')) as [Difference[]];
  return differences;
}

if (!isMainThread && parentPort !== null) {
  const { baseUrl, log } = workerData as Work;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort.postMessage(await checkViews(baseUrl, log));
}
