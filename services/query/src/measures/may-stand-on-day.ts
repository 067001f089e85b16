/**
 * A condition on a measure's version `v` that all have which are listed on a day (status-on-day.ts says which those are),
 * and that others lack which only came later.
 */
import type { StatementValues } from '../filters/statement-values.ts';

/** By how many years an approximate and uncertain date may lie before the year that it names. */
const mostYearsEarlier = 2;

/** Something that is said of it, its adoption or announcement, its effect or a change of status, may be of the day or before. */
export function mayStandOnDay(day: string, values: StatementValues): string {
  const [date, text] = [`${values.add(day)}::date`, `${values.add(day)}::text`];
  const year = Math.min(Number(day.slice(0, 4)) + mostYearsEarlier, 9999);
  const lastYear = values.add(String(year).padStart(4, '0'));
  // A plain day, month or year begins before another text of its kind does. A year may be meant less exactly; and what does
  // not begin with one that is written out may be of any.
  const mayBegin = (edtf: string) => String.raw`(case
        when ${edtf} is null then false
        when ${edtf} ~ '^\d{4}(-\d\d){0,2}(/|$)' then split_part(${edtf}, '/', 1) collate "C" <= ${text}
        when ${edtf} ~ '^\d{4}' then left(${edtf}, 4) collate "C" <= ${lastYear}
        else true end)`;
  // `offset 0`: else PostgreSQL may gather all changes of status for the few measures that are looked at.
  return `(v.earliest is null or v.earliest <= ${date}
      or ${mayBegin(`v.data ->> 'effective'`)}
      or ${mayBegin(`v.data ->> 'announcedOn'`)}
      or exists (
        select from timeline.status_changes s
        where s.subject = v.subject and (s.earliest is null or s.earliest <= ${date})
        offset 0))`;
}
