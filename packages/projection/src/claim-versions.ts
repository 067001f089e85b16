/**
 * What events do to claims, by the subject rule: which version each makes, and which have no effect. Pure; shared by
 * the views that keep versions. What stands in the log against the rule (another producer's) is left out the same way
 * everywhere: it depends on the events of one subject in their order, and on nothing else.
 */
import { type Claim, claimOf, type Kind, parseEdtf } from '@ledgerline/events';
import type { Ignored, ProjectedEvent } from './view.ts';

/** Days between which something lies; null where open or unknown. */
export type Bounds = { readonly earliest: string | null; readonly latest: string | null };

/** What is known of a claim before the batch. */
export type ClaimHead = {
  readonly subject: string;
  readonly version: number;
  readonly kind: Kind;
  /** Of the claim's first event, as recorded. */
  readonly type: string;
  readonly retracted: boolean;
  readonly firstRecordedAt: string;
  /** Of the newest version that was published. */
  readonly published: Bounds;
  /** `eventKey` of every event of the subject that had an effect. */
  readonly seen: ReadonlySet<string>;
};

export type ClaimVersion = {
  readonly subject: string;
  readonly version: number;
  readonly change: 'added' | 'corrected' | 'retracted';
  readonly reason: string | null;
  readonly note: string | null;
  readonly kind: Kind;
  readonly type: string;
  readonly firstRecordedAt: string;
  /** Of the newest version that was published: a correction without reports has the one's before. */
  readonly published: Bounds;
  /** The offset of the event that ended this version, if it is in the same batch. */
  readonly toOffset: number | null;
  /** null for a retraction. */
  readonly claim: Claim | null;
  /** The claim's data as recorded, without defaults; undefined for a retraction. */
  readonly recorded: unknown;
  readonly by: ProjectedEvent;
};

export type ClaimStep =
  | { readonly step: 'version'; readonly version: ClaimVersion }
  | { readonly step: 'link'; readonly by: ProjectedEvent }
  | { readonly step: 'status-change'; readonly by: ProjectedEvent };

export type ClaimChanges = {
  /** In log order. */
  readonly steps: readonly ClaimStep[];
  /** Versions from before the batch that ended in it. */
  readonly ended: readonly { readonly subject: string; readonly version: number; readonly toOffset: number }[];
  readonly ignored: Ignored;
};

export function eventKey(source: string, id: string): string {
  return `${id} ${source}`;
}

/** The subjects whose heads `foldClaims` needs: those with an event that does not begin a claim. */
export function subjectsToLookUp(events: readonly ProjectedEvent[]): string[] {
  const subjects = new Set<string>();
  for (const { event } of events) if (!beginsClaim(event)) subjects.add(event.subject);
  return [...subjects];
}

/**
 * @param heads of all subjects of `subjectsToLookUp` that are known. A first event of another subject is taken for
 * new: who writes it must find out whether it is (`on conflict do nothing`) and drop what hangs on it otherwise.
 */
export function foldClaims(heads: ReadonlyMap<string, ClaimHead>, events: readonly ProjectedEvent[]): ClaimChanges {
  const current = new Map<string, { head: ClaimHead; seen: Set<string>; inBatch: number | null }>();
  const steps: ClaimStep[] = [];
  const ended: { subject: string; version: number; toOffset: number }[] = [];
  const ignored: Record<string, number> = {};

  for (const by of events) {
    const { subject, source, id } = by.event;
    const known = heads.get(subject);
    const before =
      current.get(subject) ?? (known && { head: known, seen: new Set(known.seen), inBatch: null as number | null });
    const step = stepOf(by, before?.head, before?.seen.has(eventKey(source, id)) ?? false);
    if (typeof step === 'string') {
      ignored[step] = (ignored[step] ?? 0) + 1;
      continue;
    }
    const seen = (before?.seen ?? new Set<string>()).add(eventKey(source, id));
    if (step.step !== 'version') {
      steps.push(step);
      if (before !== undefined) current.set(subject, before);
      continue;
    }
    if (before !== undefined) {
      const earlier = before.inBatch === null ? undefined : steps[before.inBatch];
      if (earlier?.step === 'version' && before.inBatch !== null) {
        steps[before.inBatch] = { ...earlier, version: { ...earlier.version, toOffset: by.offset } };
      } else {
        ended.push({ subject, version: before.head.version, toOffset: by.offset });
      }
    }
    steps.push(step);
    const { version, kind, type, firstRecordedAt, published, change } = step.version;
    const head = { subject, version, kind, type, firstRecordedAt, published, retracted: change === 'retracted', seen };
    current.set(subject, { head, seen, inBatch: steps.length - 1 });
  }
  return { steps, ended, ignored };
}

/** What the event does, or the reason why it does nothing. */
function stepOf(by: ProjectedEvent, head: ClaimHead | undefined, isSeen: boolean): ClaimStep | string {
  const { event } = by;
  if (isSeen) return 'duplicate';
  const claim = claimOf(event);
  if (event.type !== 'claim.corrected.v1' && claim !== null) {
    return head === undefined ? { step: 'version', version: addedBy(by, claim) } : 'subject-exists';
  }
  if (head === undefined) return 'unknown-subject';
  if (head.retracted) return 'retracted-subject';
  switch (event.type) {
    case 'claim.corrected.v1': {
      if (claim === null || claim.kind !== head.kind) return 'kind-mismatch';
      const published = event.data.reports === undefined ? head.published : publishedBounds(event.data.reports);
      const { reason, note = null } = event.data;
      const recorded = fieldOf(fieldOf(by.recorded, 'data'), 'corrected') ?? claim.data;
      const change = { change: 'corrected', reason, note, published, claim, recorded } as const;
      return { step: 'version', version: nextOf(head, by, change) };
    }
    case 'claim.retracted.v1': {
      const { reason, note = null } = event.data;
      const { published } = head;
      const change = { change: 'retracted', reason, note, published, claim: null, recorded: undefined } as const;
      return { step: 'version', version: nextOf(head, by, change) };
    }
    case 'measure.status-changed.v1':
      return head.kind === 'measure' ? { step: 'status-change', by } : 'kind-mismatch';
    case 'claims.linked.v1':
    case 'claims.unlinked.v1':
      return { step: 'link', by };
    default:
      return 'unknown-type';
  }
}

function addedBy(by: ProjectedEvent, claim: Claim): ClaimVersion {
  const { type: recordedType } = by.recorded;
  return {
    subject: by.event.subject,
    version: 1,
    change: 'added',
    reason: null,
    note: null,
    kind: claim.kind,
    // As recorded: an upcast event is still asked for by the type it was written as.
    type: typeof recordedType === 'string' ? recordedType : by.event.type,
    firstRecordedAt: by.recordedAt,
    published: publishedBounds(claim.data.reports),
    toOffset: null,
    claim,
    recorded: fieldOf(by.recorded, 'data') ?? claim.data,
    by,
  };
}

type Change = Pick<ClaimVersion, 'change' | 'reason' | 'note' | 'published' | 'claim' | 'recorded'>;

function nextOf(head: ClaimHead, by: ProjectedEvent, change: Change): ClaimVersion {
  const { subject, kind, type, firstRecordedAt } = head;
  return { subject, version: head.version + 1, kind, type, firstRecordedAt, toOffset: null, by, ...change };
}

/** When the first of the reports was published. */
export function publishedBounds(reports: readonly { readonly publishedOn: string }[]): Bounds {
  const [first] = reports;
  const parsed = first === undefined ? null : parseEdtf(first.publishedOn);
  return { earliest: parsed?.earliest ?? null, latest: parsed?.latest ?? null };
}

function beginsClaim(event: ProjectedEvent['event']): boolean {
  return event.type !== 'claim.corrected.v1' && claimOf(event) !== null;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}
