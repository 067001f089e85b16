/** What claims have been through up to a position: their versions, the facts about relations, the changes of status. */
import { type Days, readEdtf } from './days.ts';
import { inLogOrder, type Json, type LogItem, upTo, type Vector } from './log.ts';

export type KnownBy = { readonly day: string; readonly match: 'certain' | 'possible' };

export type Version = {
  readonly version: number;
  readonly change: 'added' | 'corrected' | 'retracted';
  readonly reason: string | null;
  readonly note: string | null;
  /** What the claim says by now; of a retraction what it said last. */
  readonly data: Json;
  /** Of its own first report, else of the one before. */
  readonly published: Days;
  readonly item: LogItem;
};

export type Fact = {
  readonly subject: string;
  readonly relation: string;
  readonly target: string;
  readonly origin: 'data' | 'link';
  readonly linked: boolean;
  /** Of data: the version that says so, or no longer does. */
  readonly version: Version | null;
  readonly item: LogItem;
};

export type Claim = {
  readonly subject: string;
  readonly kind: 'border-crossing' | 'statement' | 'measure';
  readonly type: string;
  readonly versions: Version[];
  readonly statuses: LogItem[];
  /** Its retraction as unlawful, wherever in the log: it reaches back to every position. */
  readonly unlawful: Version | null;
};

export type Claims = { readonly claims: ReadonlyMap<string, Claim>; readonly facts: readonly Fact[] };

const kinds: Readonly<Record<string, Claim['kind']>> = {
  'border-crossing.reported.v1': 'border-crossing',
  'statement.issued.v1': 'statement',
  'measure.adopted.v1': 'measure',
};

const unlawfulByLog = new WeakMap<readonly LogItem[], ReadonlyMap<string, Version>>();

/** Of the whole log, by subject. */
function unlawfulIn(log: readonly LogItem[]): ReadonlyMap<string, Version> {
  const known = unlawfulByLog.get(log);
  if (known !== undefined) return known;
  const unlawful = new Map<string, Version>();
  unlawfulByLog.set(log, unlawful);
  const everything = log.reduce<number[]>((ends, { partition, offset }) => {
    ends[partition] = Math.max(ends[partition] ?? 0, offset + 1);
    return ends;
  }, []);
  for (const [subject, { versions }] of foldClaims(log, everything).claims) {
    const last = versions.at(-1);
    if (last?.change === 'retracted' && last.reason === 'unlawful') unlawful.set(subject, last);
  }
  return unlawful;
}

/** @param log all of it, also what comes after `at` */
export function foldClaims(log: readonly LogItem[], at: Vector): Claims {
  const unlawful = unlawfulIn(log);
  const claims = new Map<string, Claim>();
  const facts: Fact[] = [];
  for (const item of upTo(log, at).toSorted(inLogOrder)) {
    const { subject, type, data } = item.event;
    const claim = claims.get(subject);
    const kind = kinds[type];
    if (kind !== undefined) {
      const started: Claim = {
        subject,
        kind,
        type,
        versions: [],
        statuses: [],
        unlawful: unlawful.get(subject) ?? null,
      };
      claims.set(subject, started);
      const published = publishedOf(data['reports']);
      addVersion(started, facts, { change: 'added', reason: null, note: null, data, published, item });
      continue;
    }
    const last = claim?.versions.at(-1);
    if (claim === undefined || last === undefined) throw new Error(`${item.event.id} is about nothing`);
    const note = (data['note'] as string | undefined) ?? null;
    if (type === 'claim.corrected.v1') {
      const published = data['reports'] === undefined ? last.published : publishedOf(data['reports']);
      const reason = String(data['reason']);
      addVersion(claim, facts, { change: 'corrected', reason, note, data: data['corrected'] as Json, published, item });
    } else if (type === 'claim.retracted.v1') {
      const { data: said, published } = last;
      addVersion(claim, facts, {
        change: 'retracted',
        reason: String(data['reason']),
        note,
        data: said,
        published,
        item,
      });
    } else if (type === 'measure.status-changed.v1') {
      claim.statuses.push(item);
    } else {
      const linked = type === 'claims.linked.v1';
      const fact = {
        subject,
        relation: String(data['relation']),
        target: String(data['target']),
        linked,
        version: null,
        item,
      };
      facts.push({ ...fact, origin: 'link' });
      // Unlinking undoes the pair wherever it came from.
      if (!linked) facts.push({ ...fact, origin: 'data' });
    }
  }
  return { claims, facts };
}

function addVersion(claim: Claim, facts: Fact[], made: Omit<Version, 'version'>): void {
  const before = claim.versions.at(-1);
  const version: Version = { ...made, version: claim.versions.length + 1 };
  const key = ({ type, target }: { type: string; target: string }) => JSON.stringify([type, target]);
  const said = new Set(before === undefined ? [] : relationsIn(before.data).map(key));
  const says = version.change === 'retracted' ? [] : relationsIn(version.data);
  const now = new Set(says.map(key));
  const fact = (pair: string, linked: boolean) => {
    const [relation, target] = JSON.parse(pair) as [string, string];
    facts.push({ subject: claim.subject, relation, target, origin: 'data', linked, version, item: made.item });
  };
  for (const pair of now) fact(pair, true);
  for (const pair of said) if (!now.has(pair)) fact(pair, false);
  claim.versions.push(version);
}

function relationsIn(data: Json): { type: string; target: string }[] {
  return (data['relations'] as { type: string; target: string }[] | undefined) ?? [];
}

export function publishedOf(reports: unknown): Days {
  const [first] = reports as { publishedOn: string }[];
  const { earliest, latest } = readEdtf(first?.publishedOn ?? '');
  return { earliest, latest };
}

/** Whether something published then was known by that day; a day that is not known never was. */
export function isKnown({ earliest, latest }: Days, knownBy: KnownBy | null): boolean {
  if (knownBy === null) return true;
  const day = knownBy.match === 'certain' ? latest : earliest;
  return day !== null && day <= knownBy.day;
}

/** The version that stands: the last that was known. A retraction has no date: it counts once anything was known. */
export function standing(claim: Claim, knownBy: KnownBy | null): Version | null {
  return claim.unlawful !== null && saidLast(claim, knownBy) !== null ? claim.unlawful : saidLast(claim, knownBy);
}

/** The same, but that a retraction as unlawful counts from where it stands in the log. */
export function saidLast({ versions }: Claim, knownBy: KnownBy | null): Version | null {
  const known = versions.filter(({ change, published }) => change !== 'retracted' && isKnown(published, knownBy));
  const last = versions.at(-1);
  if (known.length > 0 && last?.change === 'retracted') return last;
  return known.at(-1) ?? null;
}
