/**
 * Which of some overlapping periods to add up: a disjoint set that covers the most days, with the fewest parts.
 * A period that the chosen ones cover is part of them; one that they do not cover clashes with them (domain.md, rule 4).
 */
import { daysIn, overlaps, type Span } from './calendar.ts';
import { compareText } from './figure.ts';

export type Cover<T> = {
  /** Disjoint, in order. */
  readonly chosen: readonly T[];
  /** Those with days that the chosen ones lack: they can't be combined with them. */
  readonly clashing: readonly T[];
  readonly coveredDays: number;
};

/** The best set among the first so many items, as a list from its last member back: copies would be quadratic. */
type Best<T> = { readonly days: number; readonly parts: number; readonly last: Link<T> | null };
type Link<T> = { readonly item: T; readonly rest: Link<T> | null };

/** Weighted interval scheduling in n log n, the weight being the days. The order of `items` does not matter. */
export function coverDisjointly<T extends { readonly span: Span }>(items: readonly T[]): Cover<T> {
  const sorted = items.toSorted((a, b) => compareText(a.span.to, b.span.to) || compareText(a.span.from, b.span.from));
  let best: Best<T> = { days: 0, parts: 0, last: null };
  const bestOf = [best];
  for (const [index, item] of sorted.entries()) {
    const before = bestOf[countEndingBefore(sorted, item.span.from, index)] ?? best;
    const days = before.days + daysIn(item.span);
    const parts = before.parts + 1;
    const better = days > best.days || (days === best.days && parts < best.parts);
    if (better) best = { days, parts, last: { item, rest: before.last } };
    bestOf.push(best);
  }
  const chosen = toList(best.last);
  return { chosen, clashing: sorted.filter((item) => !isCovered(item.span, chosen)), coveredDays: best.days };
}

/** How many of the first `length` spans, sorted and possibly overlapping, end before `day`. */
function countEndingBefore(sorted: readonly { readonly span: Span }[], day: string, length: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.span.to ?? day) < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toList<T>(last: Link<T> | null): T[] {
  const list: T[] = [];
  for (let link = last; link !== null; link = link.rest) list.push(link.item);
  return list.toReversed();
}

/** Every day of `span` lies in one of the chosen. */
function isCovered(span: Span, chosen: readonly { readonly span: Span }[]): boolean {
  let covered = 0;
  for (let index = countEndingBefore(chosen, span.from, chosen.length); index < chosen.length; index += 1) {
    const part = chosen[index]?.span;
    if (part === undefined || !overlaps(part, span)) break;
    covered += daysIn({
      from: part.from > span.from ? part.from : span.from,
      to: part.to < span.to ? part.to : span.to,
    });
  }
  return covered === daysIn(span);
}
