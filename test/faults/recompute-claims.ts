/**
 * The claims as the log tells them, worked out anew from docs and events alone: no code of the projectors. Knows the
 * events and the dates that a chaos run writes, and no others.
 */

import type { LogRecord } from './raw-log.ts';
import { boundsOf, daysOf, seriesOf } from './recompute-figures.ts';

type Json = Record<string, unknown>;
type Relation = { readonly type: string; readonly target: string };

export type Version = {
  readonly change: 'added' | 'corrected' | 'retracted';
  readonly reason: unknown;
  readonly note: unknown;
  readonly published: { readonly earliest: string; readonly latest: string };
  /** null: retracted as unlawful. */
  readonly data: Json | null;
  readonly at: LogRecord;
};

export type StatusChange = { readonly version: number; readonly at: LogRecord };

export type Claim = {
  readonly subject: string;
  readonly kind: string;
  readonly type: string;
  readonly versions: Version[];
  readonly statusChanges: StatusChange[];
};

/** One thing said of a pair: that it is linked from here on, or no longer. */
export type Fact = {
  readonly subject: string;
  readonly relation: string;
  readonly target: string;
  readonly origin: 'data' | 'link';
  readonly isLink: boolean;
  readonly at: LogRecord;
};

export type Claims = { readonly claims: ReadonlyMap<string, Claim>; readonly facts: readonly Fact[] };

const kindOfType: Readonly<Record<string, string>> = {
  'border-crossing.reported.v1': 'border-crossing',
  'statement.issued.v1': 'statement',
  'measure.adopted.v1': 'measure',
};

/** @param records in order of partitions and offsets: all of a subject's are in one partition */
export function recomputeClaims(records: readonly LogRecord[]): Claims {
  const claims = new Map<string, Claim>();
  const facts: Fact[] = [];
  const stated = new Map<string, readonly Relation[]>();

  const state = (at: LogRecord, subject: string, data: Json | null) => {
    const relations = (data?.['relations'] ?? []) as readonly Relation[];
    const fact = (isLink: boolean) => (one: Relation) =>
      facts.push({ subject, relation: one.type, target: one.target, origin: 'data', isLink, at });
    const isStated = (one: Relation) =>
      relations.some(({ type, target }) => type === one.type && target === one.target);
    for (const one of stated.get(subject) ?? []) if (!isStated(one)) fact(false)(one);
    for (const one of relations) fact(true)(one);
    stated.set(subject, relations);
  };

  for (const at of records) {
    const { event } = at;
    const { subject, type } = event;
    const data = event['data'] as Json;
    const kind = kindOfType[type];
    if (kind !== undefined) {
      const added: Version = { change: 'added', reason: null, note: null, published: publishedOf(data), data, at };
      claims.set(subject, { subject, kind, type, versions: [added], statusChanges: [] });
      state(at, subject, data);
      continue;
    }
    const claim = claims.get(subject);
    const before = claim?.versions.at(-1);
    if (claim === undefined || before === undefined || before.change === 'retracted') {
      throw new Error(`${event.id} (${type}) has no claim to speak of`);
    }
    const { reason = null, note = null } = data;
    if (type === 'claim.corrected.v1') {
      const corrected = data['corrected'] as Json;
      const published = data['reports'] === undefined ? before.published : publishedOf(data);
      claim.versions.push({ change: 'corrected', reason, note, published, data: corrected, at });
      state(at, subject, corrected);
    } else if (type === 'claim.retracted.v1') {
      const shown = reason === 'unlawful' ? null : before.data;
      claim.versions.push({ change: 'retracted', reason, note, published: before.published, data: shown, at });
      state(at, subject, null);
    } else if (type === 'measure.status-changed.v1') {
      claim.statusChanges.push({ version: claim.versions.length, at });
    } else {
      const isLink = type === 'claims.linked.v1';
      const { relation, target } = data as { relation: string; target: string };
      facts.push({ subject, relation, target, origin: 'link', isLink, at });
      // Unlinking removes the pair wherever it came from.
      if (!isLink) facts.push({ subject, relation, target, origin: 'data', isLink, at });
    }
  }
  return { claims, facts };
}

function publishedOf(data: Json): Version['published'] {
  const [first] = data['reports'] as readonly { publishedOn: string }[];
  const { earliest, latest } = daysOf(first?.publishedOn ?? '');
  return { earliest, latest };
}

/** The item of /v1/timeline, but for what depends on other claims. */
export function toTimelineItem(claim: Claim): Json {
  const version = claim.versions.at(-1) as Version;
  // What was said last of a retracted claim still stands there, unless it was unlawful.
  const said = claim.versions.findLast(({ change }) => change !== 'retracted')?.data as Json;
  const isUnlawful = version.data === null;
  const occurred = said['occurred'] as { edtf: string; basis: string };
  const quantities = isUnlawful ? [] : ((said['quantities'] ?? []) as readonly Json[]);
  const { at } = version;
  return {
    subject: claim.subject,
    kind: claim.kind,
    type: claim.type,
    state: version.change === 'retracted' ? 'retracted' : 'current',
    version: claim.versions.length,
    title: isUnlawful ? '' : said['title'],
    occurred: {
      edtf: occurred.edtf,
      ...daysOf(occurred.edtf),
      approximate: false,
      uncertain: false,
      basis: occurred.basis,
    },
    published: version.published,
    recordedAt: at.recordedAt,
    figures: quantities.map((quantity) => ({
      series: seriesOf(quantity),
      accounting: quantity['accounting'],
      period: quantity['period'],
      text: quantity['text'],
      ...boundsOf(quantity),
    })),
    reason: version.reason,
    note: version.note,
    event: { source: at.event.source, id: at.event.id },
    data: version.data,
  };
}
