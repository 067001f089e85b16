/**
 * A scope of its own outside of a test: what is started in it is gone with it, whatever becomes of it. What cannot be
 * stopped is said, and fails the process, but hides nothing of what the run found.
 */
import type { Teardown } from '@ledgerline/testkit';

export async function inScope<T>(run: (scope: Teardown) => Promise<T>): Promise<T> {
  const works: (() => void | Promise<void>)[] = [];
  try {
    return await run({ teardown: (work) => void works.push(work) });
  } finally {
    for (const work of works.toReversed()) {
      try {
        await work();
      } catch (error) {
        process.stderr.write(`${String(error)}\n`);
        process.exitCode = 1;
      }
    }
  }
}
