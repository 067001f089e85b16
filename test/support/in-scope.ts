/** A scope of its own outside of a test: what is started in it is gone with it, whatever becomes of it. */
import type { Teardown } from '@ledgerline/testkit';

export async function inScope<T>(run: (scope: Teardown) => Promise<T>): Promise<T> {
  const works: (() => void | Promise<void>)[] = [];
  try {
    return await run({ teardown: (work) => void works.push(work) });
  } finally {
    for (const work of works.toReversed()) {
      await Promise.resolve(work()).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }
  }
}
