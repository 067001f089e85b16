/**
 * The view as a pure function: what is known of the batch's claims, and the batch's events, give the rows to write.
 * Without a database it can be tested, and without one it must be decided: no row depends on another's being there.
 */
import { parseEdtf } from '@ledgerline/events';
import {
  type ClaimHead,
  type ClaimVersion,
  foldClaims,
  type Ignored,
  type ProjectedEvent,
  publishedBounds,
} from '@ledgerline/projection';
import { linkKey, type RelationFactRow, statedRelations, toDataFacts, toLinkFacts } from './relation-fact-rows.ts';
import {
  type ClaimContent,
  contentOf,
  daysOf,
  retractedContent,
  toVersionRow,
  type VersionRow,
} from './version-row.ts';

export type KnownClaim = {
  readonly head: ClaimHead;
  /** null where the batch does not retract it. */
  readonly content: ClaimContent | null;
  /** `linkKey` of what the claim's own data links it to. */
  readonly dataLinks: ReadonlySet<string>;
};

export type StatusChangeRow = {
  readonly subject: string;
  readonly offset: number;
  readonly recorded_at: string;
  readonly status: string;
  readonly edtf: string;
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly reason: string | null;
  readonly published_earliest: string | null;
  readonly published_latest: string | null;
  readonly event: unknown;
};

export type TimelineRows = {
  readonly versions: readonly VersionRow[];
  readonly ended: readonly { readonly subject: string; readonly version: number; readonly to_offset: number }[];
  readonly facts: readonly RelationFactRow[];
  readonly statusChanges: readonly StatusChangeRow[];
  readonly ignored: Ignored;
};

type Progress = { content: ClaimContent | null; dataLinks: Set<string> };

/** @param known those of the events' claims that there are, by subject */
export function foldTimeline(known: ReadonlyMap<string, KnownClaim>, events: readonly ProjectedEvent[]): TimelineRows {
  const heads = new Map([...known].map(([subject, { head }]) => [subject, head]));
  const changes = foldClaims(heads, events);
  const progress = new Map<string, Progress>();
  const versions: VersionRow[] = [];
  const facts: RelationFactRow[] = [];
  const statusChanges: StatusChangeRow[] = [];

  const progressOf = (subject: string): Progress => {
    const before = known.get(subject);
    const found = progress.get(subject) ?? {
      content: before?.content ?? null,
      dataLinks: new Set(before?.dataLinks),
    };
    progress.set(subject, found);
    return found;
  };
  for (const step of changes.steps) {
    switch (step.step) {
      case 'version': {
        const claim = progressOf(step.version.subject);
        const content = contentAfter(step.version, claim.content);
        versions.push(toVersionRow(step.version, content));
        facts.push(...toDataFacts(step.version, claim.dataLinks));
        progress.set(step.version.subject, { content, dataLinks: statedRelations(step.version) });
        break;
      }
      case 'link': {
        const { event } = step.by;
        if (event.type !== 'claims.linked.v1' && event.type !== 'claims.unlinked.v1') break;
        facts.push(...toLinkFacts(step.by, event));
        if (event.type === 'claims.unlinked.v1') progressOf(event.subject).dataLinks.delete(linkKey(event.data));
        break;
      }
      case 'status-change':
        statusChanges.push(...toStatusChange(step.by));
        break;
      default:
        step satisfies never;
    }
  }
  const ended = changes.ended.map(({ subject, version, toOffset }) => ({ subject, version, to_offset: toOffset }));
  return { versions, ended, facts, statusChanges, ignored: changes.ignored };
}

function contentAfter(version: ClaimVersion, before: ClaimContent | null): ClaimContent {
  if (version.claim !== null) return contentOf(version.claim, version.type, version.recorded);
  if (before === null) throw new Error(`the retraction of ${version.subject} has no version before it`);
  return retractedContent(before, version.reason);
}

function toStatusChange({ event, recorded, offset, recordedAt }: ProjectedEvent): StatusChangeRow[] {
  if (event.type !== 'measure.status-changed.v1') return [];
  const { status, on, reason = null, reports } = event.data;
  const published = publishedBounds(reports);
  const row = {
    subject: event.subject,
    offset,
    recorded_at: recordedAt,
    status,
    edtf: on.edtf,
    ...daysOf(parseEdtf(on.edtf)),
    reason,
    published_earliest: published.earliest,
    published_latest: published.latest,
    event: recorded,
  };
  return [row];
}
