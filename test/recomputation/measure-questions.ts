/** Measures with their lifecycles, whatever day and on given days. */
import type { Claims } from './fold/claims.ts';
import { byText } from './fold/log.ts';
import { measuresOf } from './fold/measures.ts';
import type { Clocks, Question } from './question.ts';

/** @param days `YYYY-MM-DD`; null: whatever day */
export function ofMeasures({ knownBy, clocks }: Clocks, all: Claims, days: readonly (string | null)[]): Question[] {
  return days.map((day): Question => {
    const measures = measuresOf(all, knownBy, day);
    return {
      name: day === null ? 'measures' : 'measures on a day',
      path: `/v1/measures?limit=1000&${day === null ? '' : `on=${day}&`}${clocks}`,
      pick: ({ items = [] }) =>
        (items as { subject: string; status: string }[])
          .map((item) => {
            const { status } = measures.get(item.subject) ?? {};
            // Of several possible states the one to name is the service's to choose.
            return Array.isArray(status) && status.includes(item.status) ? { ...item, status } : item;
          })
          .toSorted((a, b) => byText(a.subject, b.subject)),
      expected: [...measures.values()].toSorted((a, b) => byText(String(a['subject']), String(b['subject']))),
    };
  });
}
