/**
 * A condition on a measure's version `v` that all have which are listed on a day (status-on-day.ts says which those are),
 * and that most others lack which only came later: without it a day before all of them was a look at each.
 */
import type { StatementValues } from '../filters/statement-values.ts';

/** By how many years an approximate and uncertain date may lie before the year that it names. */
const mostYearsEarlier = 2;

/** Something that is said of it, its adoption or announcement, its effect or a change of status, may be of the day or before. */
export function mayStandOnDay(day: string, values: StatementValues): string {
  const on = `${values.add(day)}::date`;
  const year = Math.min(Number(day.slice(0, 4)) + mostYearsEarlier, 9999);
  const lastYear = values.add(String(year).padStart(4, '0'));
  // What does not begin with a year that is written out may be of any.
  const mayBegin = (edtf: string) => String.raw`(${edtf} !~ '^\d{4}' or left(${edtf}, 4) collate "C" <= ${lastYear})`;
  return `(v.earliest is null or v.earliest <= ${on}
      or ${mayBegin(`v.data ->> 'effective'`)}
      or ${mayBegin(`v.data ->> 'announcedOn'`)}
      or exists (
        select from timeline.status_changes s
        where s.subject = v.subject and (s.earliest is null or s.earliest <= ${on})))`;
}
