/** A change as JSON text, around the claim's items as PostgreSQL writes them. */
import type { ChangeRow } from './changes-statement.ts';

/** JSON text of the claim just before and just after the event; null: not there, or not known. */
export type Sides = {
  readonly before: string | null;
  readonly after: string;
  /** Of a link's other end, where it is there. */
  readonly other: { readonly before: string; readonly after: string } | null;
};

/** @param position right after the event, as a token */
export function toChangeItem(row: ChangeRow, { before, after, other }: Sides, position: string): string {
  const { change, subject, recorded_at: recordedAt, reason, relation, target, status, on_days: on } = row;
  const head = {
    change,
    subject,
    position,
    recordedAt,
    // Of a correction or retraction it is a code, of a change of status somebody's words.
    reason: row.withheld && change === 'status-changed' ? null : reason,
    note: row.withheld && change !== 'retracted' ? null : row.note,
    event: { source: row.event_source, id: row.event_id },
    ...(relation === null ? {} : { relation: { type: relation, target } }),
    ...(status === null ? {} : { status, on }),
  };
  const shown = (item: string) => (row.withheld ? withhold(item) : item);
  const sides = `"before":${before === null ? 'null' : shown(before)},"after":${shown(after)}`;
  const shownOther = (item: string) => (row.other_withheld ? withhold(item) : item);
  const end =
    target === null
      ? ''
      : other === null
        ? ',"other":null'
        : `,"other":{"subject":${JSON.stringify(target)},"before":${shownOther(other.before)},"after":${shownOther(other.after)}}`;
  return `${JSON.stringify(head).slice(0, -1)},${sides}${end}}`;
}

/** What was unlawful is not shown in what came before its retraction either: only the raw log has it still. */
function withhold(item: string): string {
  const { occurred, ...claim } = JSON.parse(item) as { occurred: { text?: string } };
  const { text: _text, ...days } = occurred;
  return JSON.stringify({ ...claim, title: '', occurred: days, figures: [], relations: [], note: null, data: null });
}
