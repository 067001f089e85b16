/**
 * How many chunks of a process are at work at once, whichever partitions they are of. What a chunk is decoded to lives until
 * its commit, and the garbage collector copies what lives: more at once than the database's connections can do side by
 * side costs time and memory, and gains nothing.
 */

export type Slots = {
  /** Waits its turn, in the order of the calls, then gives what `work` gives. */
  run<T>(work: () => Promise<T>): Promise<T>;
};

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        // Handed on, never freed in between: nobody gets past those who wait.
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
