/** What the views answer over REST against what the raw log comes to, worked out anew. */
import { type Difference, isSame, unlike, wrong } from './difference.ts';
import type { LogRecord, RawLog } from './raw-log.ts';
import { type Claim, type Claims, recomputeClaims, toTimelineItem } from './recompute-claims.ts';
import { inWords, type RelationItem, type Relations, recomputeRelations } from './recompute-relations.ts';
import { countedBy, recomputeConflicts, recomputeCounts, recomputeSeries } from './recompute-statistics.ts';
import { readItems, readJson, readLines } from './rest-reader.ts';

type Json = Record<string, unknown>;

const SIDE_BY_SIDE = 8;

/** @param baseUrl of the query service; its views get half a minute to hold all of the log */
export async function checkViews(baseUrl: string, log: RawLog): Promise<Difference[]> {
  const ends = Array.from({ length: log.partitions }, () => 0);
  for (const { partition, offset } of log.records) ends[partition] = offset + 1;
  const minPosition = Buffer.from(JSON.stringify([1, log.logId, ends])).toString('base64url');
  for (const path of ['/v1/events', '/v1/timeline', '/v1/statistics/series']) {
    await readJson(baseUrl, `${path}?limit=1&minPosition=${minPosition}`, { prefer: 'wait=30' });
  }
  const claims = recomputeClaims(log.records);
  const relations = recomputeRelations(claims);
  return [
    ...(await checkReplay(baseUrl, log)),
    ...(await checkTimeline(baseUrl, log, claims, relations)),
    ...(await checkHistories(baseUrl, claims)),
    ...(await checkStatistics(baseUrl, claims, relations)),
  ];
}

const byTime = (a: LogRecord, b: LogRecord): number => {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
};

async function checkReplay(baseUrl: string, { logId, partitions, records }: RawLog): Promise<Difference[]> {
  const differences: Difference[] = [];
  const at = Array.from({ length: partitions }, () => 0);
  const expected = records.toSorted(byTime);
  let index = 0;
  for await (const item of readLines(baseUrl, '/v1/events?after=earliest')) {
    const record = expected[index++];
    if (record === undefined) {
      differences.push(unlike('the replay goes on after the end of the log', null, item));
      continue;
    }
    const { event, partition, offset, recordedAt } = record;
    at[partition] = offset + 1;
    const position = Buffer.from(JSON.stringify([1, logId, at])).toString('base64url');
    const due = { event, partition, offset, recordedAt, position };
    if (!isSame(item, due)) differences.push(unlike(`the replay differs at ${partition}/${offset}`, due, item));
  }
  if (index < expected.length) differences.push(wrong(`the replay ends after ${index} of ${expected.length} events`));
  return differences;
}

async function checkTimeline(
  baseUrl: string,
  { logId, partitions }: RawLog,
  claims: Claims,
  relations: Relations,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const left = new Map(claims.claims);
  for await (const { relations: found, position, ...item } of readItems(baseUrl, '/v1/timeline?state=all&limit=1000')) {
    const subject = String(item['subject']);
    const claim = left.get(subject);
    left.delete(subject);
    if (claim === undefined) {
      differences.push(wrong(`the timeline has ${subject}, which is not in the log or was shown before`));
      continue;
    }
    // The precision is told among the days of `occurred`, not of `published`.
    const { published, ...rest } = toTimelineItem(claim);
    const { earliest, latest } = published as Json;
    const due = { ...rest, published: { earliest, latest }, incident: relations.incidentOf(subject) };
    if (!isSame(item, due)) differences.push(unlike(`the timeline differs in ${subject}`, due, item));
    const sorted = (found as RelationItem[]).toSorted((a, b) => (inWords(a) < inWords(b) ? -1 : 1));
    const dueRelations = relations.bySubject.get(subject) ?? [];
    if (!isSame(sorted, dueRelations)) differences.push(unlike(`relations of ${subject}`, dueRelations, sorted));
    const { at } = claim.versions.at(-1) as Claim['versions'][number];
    const duePosition = writePosition(logId, partitions, at);
    if (position !== duePosition) differences.push(unlike(`the position of ${subject}`, duePosition, position));
  }
  for (const subject of left.keys()) differences.push(wrong(`the timeline lacks ${subject}`));
  return differences;
}

function writePosition(logId: string, partitions: number, { partition, offset }: LogRecord): string {
  const offsets = Array.from({ length: partitions }, (_, one) => (one === partition ? offset + 1 : null));
  return Buffer.from(JSON.stringify([1, logId, offsets])).toString('base64url');
}

/** Of every claim that has more to tell than its beginning. */
async function checkHistories(baseUrl: string, { claims }: Claims): Promise<Difference[]> {
  const queue = [...claims.values()].filter(
    ({ versions, statusChanges }) => versions.length + statusChanges.length > 1,
  );
  const differences: Difference[] = [];
  const work = async () => {
    for (let claim = queue.pop(); claim !== undefined; claim = queue.pop()) {
      const path = `/v1/claims/${claim.subject}/history?limit=1000`;
      const { items } = (await readJson(baseUrl, path)) as { items: Json[] };
      // The differences between versions are told as well; what they come from is compared itself.
      const found = items.map(({ diff: _diff, position: _position, on: _on, published, ...item }) => ({
        ...item,
        published,
      }));
      const due = historyOf(claim);
      if (!isSame(found, due)) differences.push(unlike(`the history of ${claim.subject}`, due, found));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return differences;
}

function historyOf({ versions, statusChanges }: Claim): Json[] {
  const isWithheld = versions.some(({ change, reason }) => change === 'retracted' && reason === 'unlawful');
  const ofVersions = versions.map(({ change, reason, note, published, data, at }, index) => {
    const { earliest, latest } = published;
    const shownNote = isWithheld && change !== 'retracted' ? null : note;
    const item = { version: index + 1, change, reason, note: shownNote, published: { earliest, latest } };
    return { at, item: { ...item, data: isWithheld ? null : data } };
  });
  const ofStatuses = statusChanges.map(({ version, at }) => {
    const { status, reports } = at.event['data'] as { status: string; reports: readonly { publishedOn: string }[] };
    const [year = '', month = '', day] = (reports[0]?.publishedOn ?? '').split('-');
    const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
    const published = { earliest: `${year}-${month}-${day ?? '01'}`, latest: `${year}-${month}-${day ?? last}` };
    return { at, item: { version, change: 'status-changed', reason: null, note: null, published, status } };
  });
  return [...ofVersions, ...ofStatuses]
    .toSorted((a, b) => a.at.offset - b.at.offset)
    .map(({ at, item }) => {
      const { source, id } = at.event;
      return { ...item, recordedAt: at.recordedAt, event: { source, id } };
    });
}

async function checkStatistics(baseUrl: string, claims: Claims, { incidentOf }: Relations): Promise<Difference[]> {
  const differences: Difference[] = [];
  const compare = <Value>(what: string, due: ReadonlyMap<string, Value>, found: ReadonlyMap<string, unknown>) => {
    for (const name of new Set([...due.keys(), ...found.keys()])) {
      const [expected, given] = [due.get(name), found.get(name)];
      if (!isSame(given, expected)) differences.push(unlike(`${what}: ${name}`, expected, given));
    }
  };
  const series = new Map<string, unknown>();
  for await (const { latest: _latest, ...item } of readItems(baseUrl, '/v1/statistics/series?limit=1000')) {
    series.set(String(item['key']), item);
  }
  compare('series', recomputeSeries(claims), series);
  for (const [key, due] of recomputeConflicts(claims)) {
    const found = new Map<string, unknown>();
    const path = `/v1/statistics/series/${encodeURIComponent(key)}/conflicts?verdict=all&limit=1000`;
    for await (const { sources, ...item } of readItems(baseUrl, path)) {
      found.set(`${String(item['period'])} ${String(item['accounting'])}`, { ...item, sources: sorted(sources) });
    }
    const ordered = [...due].map(([name, item]) => [name, { ...item, sources: sorted(item['sources']) }] as const);
    compare(`sources of ${key}`, new Map(ordered), found);
  }
  for (const by of countedBy) {
    const found = new Map<string, unknown>();
    for await (const { [by]: value, ...count } of readItems(baseUrl, `/v1/statistics/counts?by=${by}&limit=1000`)) {
      found.set(String(value), count);
    }
    compare(`counts by ${by}`, recomputeCounts(claims, by, incidentOf), found);
  }
  return differences;
}

/** Figures of one period, whatever order they are told in. */
const sorted = (sources: unknown): Json[] =>
  (sources as Json[]).toSorted((a, b) =>
    JSON.stringify([a['claim'], a['text'], a['lower']]) < JSON.stringify([b['claim'], b['text'], b['lower']]) ? -1 : 1,
  );
