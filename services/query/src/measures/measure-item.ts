/** A measure's row as an answer's item, on a day or as far as anything is known of it. */
import { parseEdtf } from '@ledgerline/events';
import type { MeasureItem } from '../shapes/measure.ts';
import { latestStatus, type MeasureFacts, statusOnDay } from './status-on-day.ts';

type Days = { readonly edtf: string; readonly earliest: string | null; readonly latest: string | null };
type EventReference = { readonly source: string; readonly id: string };

export type MeasureRow = {
  readonly subject: string;
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly measureKind: string;
    readonly status: string;
    readonly occurred: { readonly edtf: string };
    readonly effective?: string;
    readonly announcedOn?: string;
    readonly minimumDuration?: string;
  };
  readonly sort_key: string;
  readonly event: EventReference;
  /** In log order. */
  readonly changes: readonly {
    readonly status: string;
    readonly on: Days;
    readonly reason: string | null;
    readonly event: EventReference;
  }[];
  readonly replaces: readonly string[];
  readonly replaced_by: readonly {
    readonly subject: string;
    readonly effective: string | null;
    readonly occurred: string;
  }[];
};

/** null where the measure is not to be listed on that day. @param day `YYYY-MM-DD`, or null for no day in particular */
export function toMeasureItem(row: MeasureRow, day: string | null): MeasureItem | null {
  const { data } = row;
  const facts = factsOf(row);
  const standing = day === null ? { status: latestStatus(facts) } : statusOnDay(facts, day);
  if (standing === null) return null;
  return {
    subject: row.subject,
    title: row.title,
    measureKind: data.measureKind,
    ...standing,
    effective: data.effective === undefined ? null : toDays(data.effective),
    minimumDuration: data.minimumDuration ?? null,
    lifecycle: lifecycleOf(row),
    replaces: [...row.replaces],
    replacedBy: row.replaced_by.map(({ subject }) => subject),
    data,
  };
}

function factsOf({ data, changes, replaced_by: replacedBy }: MeasureRow): MeasureFacts {
  return {
    status: data.status,
    occurred: data.occurred.edtf,
    announcedOn: data.announcedOn,
    effective: data.effective,
    minimumDuration: data.minimumDuration,
    changes: changes.map(({ status, on }) => ({ status, on: on.edtf })),
    replacedOn: replacedBy.map(({ effective, occurred }) => beginOf(effective, occurred)),
  };
}

/** When a measure that replaces another begins, as EDTF: where its effect starts, else where it was adopted. */
function beginOf(effective: string | null, occurred: string): string {
  const start = effective === null ? '' : (effective.split('/')[0] ?? '');
  return start === '' || start === '..' ? occurred : start;
}

/** What was reported of its status, by day: the announcement, the adoption, then each change. */
function lifecycleOf({ data, event, changes }: MeasureRow): MeasureItem['lifecycle'] {
  const isAnnouncement = data.status === 'announced' && data.announcedOn === data.occurred.edtf;
  const steps = [
    ...(data.announcedOn === undefined || isAnnouncement
      ? []
      : [{ status: 'announced', on: toDays(data.announcedOn), event }]),
    { status: data.status, on: toDays(data.occurred.edtf), event },
    ...changes.map(({ status, on, reason, event: by }) => ({
      status,
      on,
      ...(reason === null ? {} : { reason }),
      event: by,
    })),
  ];
  return steps.toSorted((a, b) => compareDays(a.on, b.on));
}

function compareDays(a: Days, b: Days): number {
  const [first, second] = [a.latest ?? '9999-12-31', b.latest ?? '9999-12-31'];
  return first < second ? -1 : first > second ? 1 : 0;
}

function toDays(edtf: string): Days {
  const parsed = parseEdtf(edtf);
  return { edtf, earliest: parsed?.earliest ?? null, latest: parsed?.latest ?? null };
}
