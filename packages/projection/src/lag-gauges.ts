/**
 * How far a view is behind, in records and seconds a partition. Asked of the log at each scrape, so that a projector
 * that stands still is seen to fall behind.
 */
import type { EventLog } from '@ledgerline/log';
import { Gauge, type Registry } from 'prom-client';
import type { Cursor } from './apply-chunk.ts';
import { secondsWaiting } from './seconds-waiting.ts';
import type { ViewName } from './view.ts';

type Progress = { readonly cursor: Cursor; readonly end: number };
type FollowedLog = Pick<EventLog, 'ends' | 'read'>;
type Followed = { readonly log: FollowedLog; readonly progress: Map<number, Progress> };
type Found = {
  readonly view: ViewName;
  readonly log: FollowedLog;
  readonly partition: number;
  readonly progress: Progress;
};

export function createLagGauges(registry: Registry) {
  const followed = new Map<ViewName, Followed>();

  /** The newest ends the log gives; the last known ones where it can't be asked. */
  const readProgress = async (): Promise<Found[]> => {
    const views = [...followed].map(async ([view, { log, progress }]) => {
      const ends = await log.ends().catch(() => []);
      return [...progress].map(([partition, known]) => {
        const end = Math.max(known.end, ends[partition] ?? 0);
        return { view, log, partition, progress: { ...known, end } };
      });
    });
    return (await Promise.all(views)).flat();
  };

  const events = new Gauge({
    name: 'ledgerline_projection_lag_events',
    help: 'Records of the log not yet applied.',
    labelNames: ['view', 'partition'],
    registers: [registry],
    async collect() {
      for (const { view, partition, progress } of await readProgress()) {
        this.set({ view, partition }, behind(progress));
      }
    },
  });
  const seconds = new Gauge({
    name: 'ledgerline_projection_lag_seconds',
    help: 'Since the oldest record not yet applied was recorded; none where the log cannot be read.',
    labelNames: ['view', 'partition'],
    registers: [registry],
    async collect() {
      const found = await readProgress();
      await Promise.all(
        found.map(async ({ view, log, partition, progress: { cursor, end } }) => {
          const waiting = await secondsWaiting(log, partition, cursor.next, end).catch(() => null);
          // Meanwhile another process may have gained it.
          const isHeld = followed.get(view)?.progress.has(partition);
          if (waiting === null || isHeld !== true) this.remove({ view, partition });
          else this.set({ view, partition }, waiting);
        }),
      );
    },
  });

  return {
    of(view: ViewName, log: FollowedLog) {
      const progress = new Map<number, Progress>();
      followed.set(view, { log, progress });
      return {
        applied: (partition: number, cursor: Cursor, end: number) => {
          progress.set(partition, { cursor, end });
        },
        lost: (partition: number) => {
          progress.delete(partition);
          events.remove({ view, partition });
          seconds.remove({ view, partition });
        },
      };
    },
  };
}

function behind({ cursor, end }: Progress): number {
  return Math.max(0, end - cursor.next);
}
