/** The view as a pure function: what is known of the batch's claims, and the batch's events, give the rows to write. */
import {
  type ClaimHead,
  type ClaimVersion,
  type Columns,
  foldClaims,
  type Ignored,
  type ProjectedEvent,
} from '@ledgerline/projection';
import { type FigureRow, toFigureRows } from './figure-rows.ts';

export type KnownClaim = { readonly head: ClaimHead; readonly title: string };

export type ClaimRow = {
  readonly subject: string;
  readonly version: number;
  readonly from_offset: number;
  readonly to_offset: number | null;
  readonly state: 'current' | 'retracted';
  readonly kind: string;
  readonly type: string;
  readonly title: string;
  readonly published_earliest: string | null;
  readonly published_latest: string | null;
  readonly published: unknown;
  readonly first_recorded_at: string;
  readonly event_source: string;
  readonly event_id: string;
};

/** As write-batch.sql takes them. */
export const claimColumns: Columns<ClaimRow> = [
  ['subject', 'text'],
  ['version', 'integer'],
  ['from_offset', 'bigint'],
  ['to_offset', 'bigint'],
  ['state', 'text'],
  ['kind', 'text'],
  ['type', 'text'],
  ['title', 'text'],
  ['published_earliest', 'date'],
  ['published_latest', 'date'],
  ['published', 'json'],
  ['first_recorded_at', 'timestamptz'],
  ['event_source', 'text'],
  ['event_id', 'text'],
];

export type StatisticsRows = {
  readonly claims: readonly ClaimRow[];
  readonly ended: readonly { readonly subject: string; readonly version: number; readonly to_offset: number }[];
  readonly figures: readonly FigureRow[];
  readonly ignored: Ignored;
};

/** Links and status changes move no figure. */
export function concernsFigures({ event }: ProjectedEvent): boolean {
  switch (event.type) {
    case 'claims.linked.v1':
    case 'claims.unlinked.v1':
    case 'measure.status-changed.v1':
      return false;
    default:
      return true;
  }
}

/** @param known the claims of `subjectsToLookUp(events)` that there are, by subject */
export function foldStatistics(
  known: ReadonlyMap<string, KnownClaim>,
  events: readonly ProjectedEvent[],
): StatisticsRows {
  const heads = new Map([...known].map(([subject, { head }]) => [subject, head]));
  const changes = foldClaims(heads, events.filter(concernsFigures));
  const titles = new Map([...known].map(([subject, { title }]) => [subject, title]));
  const claims: ClaimRow[] = [];
  const figures: FigureRow[] = [];
  for (const step of changes.steps) {
    if (step.step !== 'version') continue;
    const { version } = step;
    const title = version.claim?.data.title ?? (version.reason === 'unlawful' ? '' : titles.get(version.subject)) ?? '';
    titles.set(version.subject, title);
    claims.push(toClaimRow(version, title));
    figures.push(...toFigureRows(version));
  }
  const ended = changes.ended.map(({ subject, version, toOffset }) => ({ subject, version, to_offset: toOffset }));
  return { claims, ended, figures, ignored: changes.ignored };
}

function toClaimRow(version: ClaimVersion, title: string): ClaimRow {
  const { by, published } = version;
  const isRetraction = version.change === 'retracted';
  return {
    subject: version.subject,
    version: version.version,
    from_offset: by.offset,
    to_offset: version.toOffset,
    state: isRetraction ? 'retracted' : 'current',
    kind: version.kind,
    type: version.type,
    title,
    published_earliest: isRetraction ? null : published.earliest,
    published_latest: isRetraction ? null : published.latest,
    published,
    first_recorded_at: version.firstRecordedAt,
    event_source: by.event.source,
    event_id: by.event.id,
  };
}
