/**
 * What the views answer over REST against what the raw log comes to, folded anew by code that shares nothing with
 * projectors and query service (test/recomputation/fold): the replay, every claim, history, measure, series and count.
 */
import { dimensions, ofCounts } from '../recomputation/count-questions.ts';
import { changesOf } from '../recomputation/fold/changes.ts';
import { type Claims, foldClaims } from '../recomputation/fold/claims.ts';
import { historyOf } from '../recomputation/fold/history.ts';
import { type LogItem, readToken, type Vector, writeToken } from '../recomputation/fold/log.ts';
import { incidentOf } from '../recomputation/fold/relations.ts';
import { type Item, inOrderOfOccurrence, itemOf, timelineOf } from '../recomputation/fold/timeline.ts';
import { ofMeasures } from '../recomputation/measure-questions.ts';
import { type Clocks, itemsOf, type Question } from '../recomputation/question.ts';
import { ofSeries } from '../recomputation/series-questions.ts';
import { type Difference, isSame, unlike, wrong } from './difference.ts';
import { endsOf, type RawLog, toItems } from './raw-log.ts';
import { readItems, readJson, readLines, readWhole } from './rest-reader.ts';

const SIDE_BY_SIDE = 8;
/** Claims that are asked for by name. */
const SAMPLE = 20;
/** The last events, whose changes are asked for: each takes two readings of the whole log. */
const CHANGES = 5;
const KNOWN_BY = { day: '2021-12-31', match: 'certain' } as const;

/** @param baseUrl of the query service; its views get half a minute to hold all of the log */
export async function checkViews(baseUrl: string, log: RawLog): Promise<Difference[]> {
  const ends = endsOf(log);
  const minPosition = writeToken(log.logId, ends);
  for (const path of ['/v1/events', '/v1/timeline', '/v1/statistics/series']) {
    await readJson(baseUrl, `${path}?limit=1&minPosition=${minPosition}`, { prefer: 'wait=30' });
  }
  const items = toItems(log);
  const { logId, partitions } = log;
  const now: Clocks = { log: items, logId, partitions, at: ends, knownBy: null, clocks: '' };
  const all = foldClaims(items, ends);
  const differences = await checkReplay(baseUrl, items);
  for (const clocks of [now, { ...now, knownBy: KNOWN_BY, clocks: `knownBy=${KNOWN_BY.day}` }, halfWay(now)]) {
    const known = clocks.at === ends ? all : foldClaims(items, clocks.at);
    const timeline = timelineOf(clocks, known, clocks.knownBy).toSorted(inOrderOfOccurrence);
    differences.push(...(await checkTimeline(baseUrl, clocks, timeline)));
    differences.push(...(await checkAnswers(baseUrl, ofViews(clocks, known, timeline))));
  }
  differences.push(...(await checkAnswers(baseUrl, [...ofHistories(now, all), ...ofSample(now, all), ofChanges(now)])));
  return differences;
}

function halfWay(now: Clocks): Clocks {
  const position = now.log[Math.floor(now.log.length / 2)]?.position;
  if (position === undefined) return now;
  return { ...now, at: readToken(position).offsets.map((offset) => offset ?? 0), clocks: `asOf=${position}` };
}

async function checkReplay(baseUrl: string, expected: readonly LogItem[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  let index = 0;
  for await (const found of readLines(baseUrl, '/v1/events?after=earliest')) {
    const item = expected[index++];
    if (item === undefined) differences.push(unlike('the replay goes on after the end of the log', null, found));
    else if (!isSame(found, item)) {
      differences.push(unlike(`the replay differs at ${item.partition}/${item.offset}`, item, found));
    }
  }
  if (index < expected.length) differences.push(wrong(`the replay ends after ${index} of ${expected.length} events`));
  return differences;
}

async function checkTimeline(baseUrl: string, { clocks }: Clocks, due: readonly Item[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  const at = clocks === '' ? '' : ` (${clocks.split('=')[0]})`;
  const left = new Map(due.map((item) => [item.subject, item]));
  const order: string[] = [];
  for await (const item of readItems(baseUrl, `/v1/timeline?state=all&order=occurred&limit=1000&${clocks}`)) {
    const subject = String(item['subject']);
    const expected = left.get(subject);
    left.delete(subject);
    order.push(subject);
    if (expected === undefined) {
      differences.push(wrong(`the timeline${at} has ${subject}, which is not in the log or was shown before`));
    } else if (!isSame(item, expected)) {
      differences.push(unlike(`the timeline${at} differs in ${subject}`, expected, item));
    }
  }
  for (const subject of left.keys()) differences.push(wrong(`the timeline${at} lacks ${subject}`));
  const subjects = due.map(({ subject }) => subject);
  if (differences.length === 0 && !isSame(order, subjects)) {
    differences.push(unlike(`the order of the timeline${at}`, subjects, order));
  }
  return differences;
}

function ofViews(clocks: Clocks, all: Claims, timeline: readonly Item[]): Question[] {
  const year = (name: string) => ({ period: name, from: `${name}-01-01`, to: `${name}-12-31` });
  return [
    ...ofMeasures(clocks, all, [null, '2021-07-15', '2022-01-01', '2022-11-30']),
    ...ofSeries(clocks, all, {
      units: clocks.clocks === '' ? ['week', 'month'] : [],
      period: year('2022'),
      baseline: year('2021'),
    }),
    ...ofCounts(clocks, all, timeline, clocks.clocks === '' ? dimensions : dimensions.slice(0, 3)),
  ];
}

/** Of every claim that has more to tell than its beginning. */
function ofHistories(clocks: Clocks, { claims }: Claims): Question[] {
  const changed = [...claims.values()].filter(({ versions, statuses }) => versions.length + statuses.length > 1);
  return changed.map((claim) => ({
    name: `the history of ${claim.subject}`,
    path: `/v1/claims/${claim.subject}/history?limit=1000`,
    pick: itemsOf,
    expected: historyOf(clocks, claim, clocks.at, null),
  }));
}

function ofSample(clocks: Clocks, all: Claims): Question[] {
  const subjects = [...all.claims.keys()];
  const every = Math.ceil(subjects.length / SAMPLE);
  return subjects
    .filter((_, index) => index % every === 0)
    .flatMap((subject): Question[] => {
      const members = incidentOf(subject, all, null).map((member) => itemOf(clocks, member, all, null));
      const incident = members.filter((item) => item !== null).toSorted(inOrderOfOccurrence);
      const claim = itemOf(clocks, subject, all, null);
      return [
        { name: 'the claim', path: `/v1/claims/${subject}`, pick: (body) => body, expected: claim },
        { name: 'the incident', path: `/v1/incidents/${subject}`, pick: itemsOf, expected: incident },
      ];
    });
}

/** What the last events changed. */
function ofChanges(clocks: Clocks): Question {
  const { log, logId, at } = clocks;
  const before = log.at(-1 - CHANGES);
  const after: Vector = before === undefined ? at.map(() => 0) : readToken(before.position).offsets.map((n) => n ?? 0);
  const path = `/v1/changes?limit=1000&after=${writeToken(logId, after)}`;
  const range = { after, until: at, at };
  return { name: 'changes', path, pick: itemsOf, expected: changesOf(clocks, range, null) };
}

async function checkAnswers(baseUrl: string, questions: readonly Question[]): Promise<Difference[]> {
  const queue = [...questions];
  const differences: Difference[] = [];
  const work = async () => {
    for (let question = queue.pop(); question !== undefined; question = queue.pop()) {
      const { name, path, pick, expected } = question;
      const found = pick(await readWhole(baseUrl, path));
      if (!isSame(found, expected)) differences.push(firstUnlike(`${name}: ${path}`, expected, found));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return differences;
}

/** Of two lists the first items that differ. */
function firstUnlike(what: string, expected: unknown, found: unknown): Difference {
  if (!Array.isArray(expected) || !Array.isArray(found)) return unlike(what, expected, found);
  const at = expected.findIndex((item, index) => !isSame(item, found[index]));
  const index = at < 0 ? expected.length : at;
  return unlike(`${what}, item ${index} of ${expected.length} and ${found.length}`, expected[index], found[index]);
}
