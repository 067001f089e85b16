/**
 * How far a view is behind, in records and seconds a partition. Asked of the log at each scrape, so that a projector
 * that stands still is seen to fall behind.
 */
import type { EventLog } from '@ledgerline/log';
import { Gauge, type Registry } from 'prom-client';
import type { Cursor } from './apply-chunk.ts';
import type { ViewName } from './view.ts';

type Progress = { readonly cursor: Cursor; readonly end: number };
type Followed = { readonly log: Pick<EventLog, 'ends'>; readonly progress: Map<number, Progress> };

export function createLagGauges(registry: Registry) {
  const followed = new Map<ViewName, Followed>();

  /** The newest ends the log gives; the last known ones where it can't be asked. */
  const readProgress = async (): Promise<{ view: ViewName; partition: number; progress: Progress }[]> => {
    const views = [...followed].map(async ([view, { log, progress }]) => {
      const ends = await log.ends().catch(() => []);
      return [...progress].map(([partition, known]) => {
        const end = Math.max(known.end, ends[partition] ?? 0);
        return { view, partition, progress: { ...known, end } };
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
    help: 'Time since the last applied record was recorded, where others wait after it.',
    labelNames: ['view', 'partition'],
    registers: [registry],
    async collect() {
      for (const { view, partition, progress } of await readProgress()) {
        this.set({ view, partition }, secondsBehind(progress));
      }
    },
  });

  return {
    of(view: ViewName, log: Pick<EventLog, 'ends'>) {
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

function secondsBehind(progress: Progress): number {
  const { lastRecordedAt } = progress.cursor;
  if (behind(progress) === 0 || lastRecordedAt === null) return 0;
  return Math.max(0, Date.now() - Date.parse(lastRecordedAt)) / 1_000;
}
