/** Items of the timeline, and the positions after events. */
import { type Claims, type KnownBy, standing } from './claims.ts';
import { readEdtf } from './days.ts';
import { keyOf, quantitiesOf, worth } from './figures.ts';
import { byText, inLogOrder, type Json, type LogItem, type Vector, writeToken } from './log.ts';
import { incidentOf, relationsOf } from './relations.ts';

export type World = { readonly log: readonly LogItem[]; readonly logId: string; readonly partitions: number };

export type Item = Json & {
  readonly subject: string;
  readonly state: string;
  readonly title: string;
  readonly incident: string;
  readonly occurred: { readonly earliest: string | null; readonly latest: string | null };
};

/** null where the claim is not there, or was not known. */
export function itemOf(
  world: World,
  subject: string,
  all: Claims,
  knownBy: KnownBy | null,
  choose: typeof standing = standing,
): Item | null {
  const claim = all.claims.get(subject);
  const version = claim && choose(claim, knownBy);
  if (!claim || !version) return null;
  const { data, change, reason, item } = version;
  const unlawful = change === 'retracted' && reason === 'unlawful';
  return {
    subject,
    kind: claim.kind,
    type: claim.type,
    state: change === 'retracted' ? 'retracted' : 'current',
    version: version.version,
    title: unlawful ? '' : String(data['title']),
    occurred: occurredOf(data, unlawful),
    published: version.published,
    recordedAt: item.recordedAt,
    position: ownPosition(world, item),
    figures: unlawful ? [] : quantitiesOf(data).map((quantity) => figureOf(quantity)),
    relations: relationsOf(subject, all, knownBy),
    incident: incidentOf(subject, all, knownBy)[0] ?? subject,
    reason,
    note: version.note,
    event: { source: item.event.source, id: item.event.id },
    data: unlawful ? null : data,
  };
}

function occurredOf(data: Json, unlawful: boolean): Item['occurred'] & Json {
  const { edtf, basis, text } = data['occurred'] as { edtf: string; basis: string; text?: string };
  const { earliest, latest, precision, approximate, uncertain } = readEdtf(edtf);
  const shown = text === undefined || unlawful ? {} : { text };
  return { edtf, earliest, latest, precision, approximate, uncertain, basis, ...shown };
}

function figureOf(quantity: Parameters<typeof worth>[0]): Json {
  const { accounting, period, text } = quantity;
  return { series: keyOf(quantity), accounting, period, text, ...worth(quantity) };
}

/** A write's position: it names the partition it wrote to, and nothing of the others. */
function ownPosition({ logId, partitions }: World, { partition, offset }: LogItem): string {
  return writeToken(
    logId,
    Array.from({ length: partitions }, (_, index) => (index === partition ? offset + 1 : null)),
  );
}

export function timelineOf(world: World, all: Claims, knownBy: KnownBy | null): Item[] {
  return [...all.claims.keys()].map((subject) => itemOf(world, subject, all, knownBy)).filter((item) => item !== null);
}

/** Dates in order, the open ones by their other end; ties by subject. */
export function inOrderOfOccurrence(a: Item, b: Item): number {
  const day = ({ occurred }: Item) => occurred.earliest ?? occurred.latest ?? '';
  return byText(day(a), day(b)) || byText(a.subject, b.subject);
}

/** The position after an item in the merged order, never before `after` nor beyond `until`. */
export function positionAfter(log: readonly LogItem[], item: LogItem, after: Vector, until: Vector): Vector {
  const passed = passedWith(log).get(item);
  if (passed === undefined) throw new Error(`${item.event.id} is not in this log`);
  return until.map((end, partition) => Math.max(after[partition] ?? 0, Math.min(end, passed[partition] ?? 0)));
}

const passedByLog = new WeakMap<readonly LogItem[], ReadonlyMap<LogItem, Vector>>();

/** Of each item what has been passed in the merged order when it has been. */
function passedWith(log: readonly LogItem[]): ReadonlyMap<LogItem, Vector> {
  const known = passedByLog.get(log);
  if (known !== undefined) return known;
  const partitions = log.reduce((most, { partition }) => Math.max(most, partition + 1), 0);
  const passed = Array.from({ length: partitions }, () => 0);
  const found = new Map<LogItem, Vector>();
  for (const item of log.toSorted(inLogOrder)) {
    passed[item.partition] = item.offset + 1;
    found.set(item, [...passed]);
  }
  passedByLog.set(log, found);
  return found;
}
