/**
 * Checksums of the live views as operators see them. They read every row, so a dear one is not made anew for each who
 * asks: what is told then is a moment old, and says at which position it was true.
 */
import { toPositionToken } from '@ledgerline/log';
import { checksumView, type ViewName } from '@ledgerline/projection';
import type { Pool } from 'pg';

export type Checksum = { readonly position: string; readonly checksum: string };

export type ViewChecksums = {
  /** null where it is not known yet: it is being made. */
  of(live: { readonly view: ViewName; readonly generation: number; readonly logId: string }): Promise<Checksum | null>;
};

/** What is made faster than this is made for each who asks. */
const cheapMs = 500;
/** A dear one is made again after so many times as long as it took. */
const restFactor = 10;

type Known = {
  readonly generation: number;
  readonly checksum: Checksum | null;
  readonly madeAt: number;
  readonly tookMs: number;
};

export function createViewChecksums(pool: Pool): ViewChecksums {
  const known = new Map<ViewName, Known>();
  const making = new Map<ViewName, Promise<Known>>();

  const make = async (view: ViewName, generation: number, logId: string): Promise<Known> => {
    const startedAt = performance.now();
    // Too large to be read within a statement's time: then there is none.
    const found = await checksumView(pool, view, generation).catch(() => null);
    const checksum = found && {
      position: toPositionToken({ logId, offsets: found.offsets }),
      checksum: found.checksum,
    };
    const madeAt = performance.now();
    const made = { generation, checksum, madeAt, tookMs: madeAt - startedAt };
    known.set(view, made);
    return made;
  };

  return {
    async of({ view, generation, logId }) {
      const last = known.get(view);
      const isOfThis = last?.generation === generation;
      if (isOfThis && last.tookMs > cheapMs && performance.now() - last.madeAt < last.tookMs * restFactor) {
        return last.checksum;
      }
      const made = making.get(view) ?? make(view, generation, logId).finally(() => making.delete(view));
      making.set(view, made);
      const late = Promise.withResolvers<null>();
      const timer = setTimeout(() => late.resolve(null), cheapMs * 2);
      const { checksum } = (await Promise.race([made, late.promise])) ?? { checksum: isOfThis ? last.checksum : null };
      clearTimeout(timer);
      return checksum;
    },
  };
}
