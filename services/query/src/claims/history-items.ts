/** A claim's rows as its history: each version with what it changed. */
import type { HistoryItem } from '../shapes/history.ts';
import { diffJson } from './json-diff.ts';

type Common = {
  /** By the day asked for: what was not is left out, and the next is compared with what came before it. */
  readonly known: boolean;
  /** The claim was retracted as unlawful, be it later than the position. */
  readonly withheld: boolean;
  readonly partition: number;
  readonly offset: number;
  readonly recorded_at: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly event_source: string;
  readonly event_id: string;
  readonly published: { readonly earliest: string | null; readonly latest: string | null };
};

export type HistoryRow =
  | (Common & {
      readonly entry: 'version';
      readonly version: number;
      readonly change: 'added' | 'corrected' | 'retracted';
      readonly state: string;
      readonly data: Record<string, unknown> | null;
    })
  | (Common & {
      readonly entry: 'status';
      readonly change: 'status-changed';
      readonly status: string;
      readonly on_days: { readonly edtf: string; readonly earliest: string | null; readonly latest: string | null };
    });

/** @param rows in log order, those not known included @param positions of each, after its event */
export function toHistoryItems(rows: readonly HistoryRow[], positions: readonly string[]): HistoryItem[] {
  // What may not be shown is not shown in what came before it either: only the raw log has it still.
  const withheld = rows.some((row) => row.withheld);
  let version = 1;
  let data: Record<string, unknown> | null = null;
  return rows.flatMap((row, index): HistoryItem[] => {
    if (!row.known) return [];
    const { published } = row;
    if (row.entry === 'version') version = row.version;
    const common = {
      version,
      // Of a correction or retraction it is a code, of a change of status somebody's words.
      reason: withheld && row.entry === 'status' ? null : row.reason,
      note: withheld && !(row.entry === 'version' && row.change === 'retracted') ? null : row.note,
      position: positions[index] ?? '',
      recordedAt: row.recorded_at,
      event: { source: row.event_source, id: row.event_id },
      published,
    };
    if (row.entry === 'status') {
      const { status, on_days: on } = row;
      return [{ ...common, change: 'status-changed', status, on, diff: [] }];
    }
    const shown = withheld ? null : row.data;
    const diff = row.change === 'corrected' && !withheld ? diffJson(data, row.data) : [];
    data = row.data;
    return [{ ...common, change: row.change, diff, data: shown }];
  });
}
