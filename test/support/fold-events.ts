/**
 * What claims there are, told from GET /v1/events alone: written from the description of the events, sharing nothing
 * with the projectors.
 */
import type { EventItem } from './shapes.ts';

export type FoldedClaim = {
  readonly subject: string;
  readonly version: number;
  readonly state: 'current' | 'retracted';
  readonly title: string;
  /** Of the event that made the version. */
  readonly event: string;
};

/** @param items in log order, each subject's at least @returns by subject, in the order of their names */
export function foldEvents(items: readonly EventItem[]): FoldedClaim[] {
  const claims = new Map<string, FoldedClaim>();
  for (const { event } of items) {
    const { subject, type, id, data } = event as typeof event & { data: Record<string, unknown> };
    const before = claims.get(subject);
    switch (type) {
      case 'border-crossing.reported.v1':
      case 'statement.issued.v1':
      case 'measure.adopted.v1':
        claims.set(subject, { subject, version: 1, state: 'current', title: String(data['title']), event: id });
        break;
      case 'claim.corrected.v1': {
        if (before === undefined) throw new Error(`${id} corrects nothing`);
        const { title } = data['corrected'] as { title: string };
        claims.set(subject, { ...before, version: before.version + 1, title, event: id });
        break;
      }
      case 'claim.retracted.v1': {
        if (before === undefined) throw new Error(`${id} retracts nothing`);
        // Of what was unlawful nothing is shown any more.
        const title = data['reason'] === 'unlawful' ? '' : before.title;
        claims.set(subject, { ...before, version: before.version + 1, state: 'retracted', title, event: id });
        break;
      }
      default:
      // Links and changes of status make no version.
    }
  }
  return [...claims.values()].toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}
