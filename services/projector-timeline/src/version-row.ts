/** A row of timeline.versions from a version of a claim: derived from its event alone, or from the row before it. */
import {
  boundsOf,
  type Claim,
  claimSearchText,
  claimTerms,
  type Edtf,
  englishConfig,
  foldText,
  parseEdtf,
  searchConfigOf,
  seriesKeyOf,
} from '@ledgerline/events';
import type { ClaimVersion, CopyColumns } from '@ledgerline/projection';
import type { Searchable } from './search-vectors.ts';

/** What a row says of the claim itself; a retraction takes it over from the version before. */
export type ClaimContent = Searchable & {
  readonly title: string;
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly occurred_sort: string | null;
  readonly terms: readonly string[];
  readonly occurred: unknown;
  readonly figures: unknown;
  /** As recorded. */
  readonly data: unknown;
};

export type VersionRow = ClaimContent & {
  readonly subject: string;
  readonly version: number;
  readonly partition: number;
  readonly from_offset: number;
  readonly to_offset: number | null;
  readonly change: ClaimVersion['change'];
  readonly reason: string | null;
  readonly note: string | null;
  readonly state: 'current' | 'retracted';
  readonly kind: string;
  readonly type: string;
  readonly published_earliest: string | null;
  readonly published_latest: string | null;
  readonly first_recorded_at: string;
  readonly recorded_at: string;
  readonly event_source: string;
  readonly event_id: string;
  readonly published: unknown;
};

/** As copy-versions.sql names them. */
export const versionColumns: CopyColumns<VersionRow & { readonly search: Buffer }> = [
  ['subject', 'text'],
  ['version', 'integer'],
  ['partition', 'integer'],
  ['from_offset', 'bigint'],
  ['to_offset', 'bigint'],
  ['change', 'text'],
  ['reason', 'text'],
  ['note', 'text'],
  ['state', 'text'],
  ['kind', 'text'],
  ['type', 'text'],
  ['title', 'text'],
  ['earliest', 'date'],
  ['latest', 'date'],
  ['occurred_sort', 'date'],
  ['published_earliest', 'date'],
  ['published_latest', 'date'],
  ['first_recorded_at', 'timestamptz'],
  ['recorded_at', 'timestamptz'],
  ['event_source', 'text'],
  ['event_id', 'text'],
  ['terms', 'list'],
  ['search_config', 'text'],
  ['search', 'binary'],
  ['occurred', 'json'],
  ['published', 'json'],
  ['figures', 'json'],
  ['data', 'json'],
];

/** @param content of this version: `contentOf` its claim, or `retractedContent` of the one before */
export function toVersionRow(version: ClaimVersion, content: ClaimContent): VersionRow {
  const { by, published } = version;
  const isRetraction = version.change === 'retracted';
  return {
    ...content,
    subject: version.subject,
    version: version.version,
    partition: by.partition,
    from_offset: by.offset,
    to_offset: version.toOffset,
    change: version.change,
    reason: version.reason,
    note: version.note,
    state: isRetraction ? 'retracted' : 'current',
    kind: version.kind,
    type: version.type,
    // A retraction has no date of publication of its own: it always applies. What it shows is the claim's.
    published_earliest: isRetraction ? null : published.earliest,
    published_latest: isRetraction ? null : published.latest,
    first_recorded_at: version.firstRecordedAt,
    recorded_at: by.recordedAt,
    event_source: by.event.source,
    event_id: by.event.id,
    published,
  };
}

/** @param type of the claim's first event: what the filter `type` of the timeline looks at */
export function contentOf(
  { kind, data }: Claim,
  type: string,
  recorded: unknown,
): ClaimContent & { readonly searched: string } {
  const occurred = parseEdtf(data.occurred.edtf);
  const { earliest, latest } = daysOf(occurred);
  return {
    title: data.title,
    earliest,
    latest,
    occurred_sort: earliest ?? latest,
    terms: claimTerms(kind, data, type),
    search_config: searchConfigOf(data),
    searched: foldText(claimSearchText(kind, data)),
    occurred: {
      edtf: data.occurred.edtf,
      earliest,
      latest,
      precision: occurred?.precision ?? null,
      approximate: occurred?.approximate ?? false,
      uncertain: occurred?.uncertain ?? false,
      basis: data.occurred.basis,
      ...(data.occurred.text === undefined ? {} : { text: data.occurred.text }),
    },
    figures: data.quantities.map((quantity) => ({
      series: seriesKeyOf(quantity),
      accounting: quantity.accounting,
      period: quantity.period,
      text: quantity.text,
      ...boundsOf(quantity),
    })),
    data: recorded,
  };
}

/** A retracted claim can be found and shown as before; of an unlawful one only that it was, and when, is left. */
export function retractedContent(before: ClaimContent, reason: string | null): ClaimContent {
  if (reason !== 'unlawful') return before;
  const { earliest, latest, occurred_sort, terms, occurred } = before;
  const { text: _text, ...dates } = occurred as { text?: string };
  return {
    title: '',
    earliest,
    latest,
    occurred_sort,
    terms: terms.filter((term) => term.startsWith('kind:') || term.startsWith('type:')),
    search_config: englishConfig,
    searched: '',
    occurred: dates,
    figures: [],
    data: null,
  };
}

export function daysOf(edtf: Edtf | null): { earliest: string | null; latest: string | null } {
  return { earliest: edtf?.earliest ?? null, latest: edtf?.latest ?? null };
}
