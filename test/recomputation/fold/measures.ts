/**
 * What is true of a measure on a day, by looking at every way in which its inexact dates may be read: in each reading
 * each thing has one day, and what came last stands. In force is certain where all readings say so.
 */
import { type Claims, type Fact, isKnown, type KnownBy, publishedOf, standing } from './claims.ts';
import { isRange, type Range, readEdtf, shift } from './days.ts';
import { byText, type Json } from './log.ts';
import { linksKnown } from './relations.ts';

type Status = { readonly status: string; readonly on: string; readonly reason?: string };
type Measure = {
  readonly data: Json & {
    readonly status: string;
    readonly occurred: { readonly edtf: string };
    readonly effective?: string;
    readonly announcedOn?: string;
    readonly minimumDuration?: string;
  };
  readonly changes: readonly Status[];
  /** When each of those that replace it begins. */
  readonly replacedOn: readonly string[];
};

/** All measures that stand, whatever day, by subject; `on` a day: those listed on it, with `status` left to `standingOn`. */
export function measuresOf(all: Claims, knownBy: KnownBy | null, on: string | null): Map<string, Json> {
  const links = linksKnown(all, knownBy);
  const stands = (subject: string) => {
    const claim = all.claims.get(subject);
    const version = claim?.kind === 'measure' ? standing(claim, knownBy) : null;
    return version?.change === 'retracted' ? null : version;
  };
  const found = new Map<string, Json>();
  for (const [subject, claim] of all.claims) {
    const version = stands(subject);
    if (version === null) continue;
    const data = version.data as Measure['data'];
    const statuses = claim.statuses.filter(({ event }) => isKnown(publishedOf(event.data['reports']), knownBy));
    const replacements = links.of(subject).filter(({ relation }) => relation === 'replaces');
    const others = (ofPair: (link: Fact) => string) => [...new Set(replacements.map(ofPair))].toSorted(byText);
    const replacedBy = others((link) => link.subject).filter((by) => by !== subject && stands(by) !== null);
    const replaces = others(({ target }) => target).filter((target) => target !== subject);
    const changes = statuses.map(({ event: { data: said, source, id } }) => {
      const { status, on: day, reason } = said as { status: string; on: { edtf: string }; reason?: string };
      return { status, on: day.edtf, ...(reason === undefined ? {} : { reason }), event: { source, id } };
    });
    const replacedOn = replacedBy.map((by) => beginOf(stands(by)?.data as Measure['data']));
    const measure: Measure = { data, changes, replacedOn };
    const readings = on === null ? null : readingsOn(measure, on);
    if (readings !== null && readings.every((status) => status === null || isOver(status))) continue;
    const event = { source: version.item.event.source, id: version.item.event.id };
    const { announcedOn } = data;
    // Told twice of one day, it is told once.
    const isAnnouncement = data.status === 'announced' && announcedOn === data.occurred.edtf;
    const lifecycle = [
      ...(announcedOn === undefined || isAnnouncement ? [] : [{ status: 'announced', on: announcedOn, event }]),
      { status: data.status, on: data.occurred.edtf, event },
      ...changes,
    ]
      .map((step) => ({ ...step, on: daysOf(step.on) }))
      .toSorted((a, b) => byText(a.on.latest ?? '9999-12-31', b.on.latest ?? '9999-12-31'));
    found.set(subject, {
      subject,
      title: data['title'],
      measureKind: data['measureKind'],
      status: readings === null ? lastStatus(measure) : readings,
      ...(readings === null ? {} : { inForce: inForceIn(readings) }),
      effective: data.effective === undefined ? null : daysOf(data.effective),
      minimumDuration: data.minimumDuration ?? null,
      lifecycle,
      replaces,
      replacedBy,
      data,
    });
  }
  return found;
}

function daysOf(edtf: string) {
  const { earliest, latest } = readEdtf(edtf);
  return { edtf, earliest, latest };
}

function beginOf({ effective, occurred }: Measure['data']): string {
  const start = effective?.split('/')[0] ?? '';
  return start === '' || start === '..' ? occurred.edtf : start;
}

/** Whatever day it is of: what was to come last. */
function lastStatus({ data, changes, replacedOn }: Measure): string {
  const last = [...changes, ...replacedOn.map((on) => ({ status: 'replaced', on }))]
    .toSorted((a, b) => byText(readEdtf(a.on).latest ?? '~', readEdtf(b.on).latest ?? '~'))
    .at(-1);
  return last?.status ?? data.status;
}

const isOver = (status: string) => status === 'ended' || status === 'replaced';

function inForceIn(readings: readonly (string | null)[]): 'certain' | 'possible' | 'no' {
  const holding = readings.filter((status) => status === 'in-force' || status === 'resumed').length;
  return holding === 0 ? 'no' : holding === readings.length ? 'certain' : 'possible';
}

const always = { earliest: '0001-01-01', latest: '9999-12-30' };

function rangeOf(edtf: string): Range {
  const { earliest, latest } = readEdtf(edtf);
  return { earliest: earliest ?? always.earliest, latest: latest ?? always.latest };
}

/** The status on the day in each reading; null: not there yet. Each status once. */
function readingsOn({ data, changes, replacedOn }: Measure, day: string): (string | null)[] {
  const effective = data.effective === undefined ? null : readEdtf(data.effective);
  const { start = 'unknown', end = 'open' } = effective ?? {};
  const events = [
    // What is said of one day is told in this order: an end that was foreseen, what was reported, a replacement.
    ...(isRange(end)
      ? [{ status: 'ended', on: { earliest: shift(end.earliest, 1), latest: shift(end.latest, 1) } }]
      : []),
    ...changes.map(({ status, on }) => ({ status, on: rangeOf(on) })),
    ...replacedOn.map((on) => ({ status: 'replaced', on: rangeOf(on) })),
  ];
  const begins: Range = isRange(start)
    ? start
    : {
        earliest: always.earliest,
        latest: start === 'open' ? always.earliest : isRange(end) ? end.latest : always.latest,
      };
  // What is not told has no say: one day stands for all.
  const unheeded: Range = { earliest: day, latest: day };
  const dates: Range[] = [
    rangeOf(data.occurred.edtf),
    data.announcedOn === undefined ? unheeded : rangeOf(data.announcedOn),
    effective === null ? unheeded : begins,
    ...events.map(({ on }) => on),
  ];
  const turns = [day, shift(day, 1), ...dates.flatMap(({ earliest, latest }) => [earliest, latest])];
  const candidates = dates.map(({ earliest, latest }) => [
    ...new Set(turns.filter((turn) => turn >= earliest && turn <= latest)),
  ]);
  const found = new Set<string | null>();
  const read = (chosen: readonly string[]): void => {
    const options = candidates[chosen.length];
    if (options !== undefined) {
      for (const option of options) read([...chosen, option]);
      return;
    }
    if (isToldInOrder(chosen.slice(3))) for (const status of statusesIn(chosen)) found.add(status);
  };
  // Of two changes said to be of the same days the one told later is the later one.
  const isToldInOrder = (chosen: readonly string[]) =>
    events.every(({ on }, index) =>
      events.every(
        (other, before) =>
          before >= index ||
          other.on.earliest !== on.earliest ||
          other.on.latest !== on.latest ||
          (chosen[before] ?? '') <= (chosen[index] ?? ''),
      ),
    );
  const statusesIn = ([adopted = '', announced = '', began = '', ...days]: readonly string[]): (string | null)[] => {
    const happened = events
      .map(({ status }, index) => ({ status, on: days[index] ?? '', index }))
      .filter(({ on }) => on <= day)
      .toSorted((a, b) => byText(a.on, b.on) || a.index - b.index);
    const last = happened.at(-1);
    if (last !== undefined) return [last.status];
    if (effective !== null && began <= day) {
      const sure = data.minimumDuration === undefined ? began : lastDayOf(began, data.minimumDuration);
      return end === 'unknown' && day > sure ? ['in-force', 'ended'] : ['in-force'];
    }
    if (adopted <= day) return [effective !== null && data.status === 'in-force' ? 'adopted' : data.status];
    return [data.announcedOn !== undefined && announced <= day ? 'announced' : null];
  };
  read([]);
  return [...found].toSorted((a, b) => byText(String(a), String(b)));
}

/** The last day of a duration that begins with a day. */
function lastDayOf(day: string, duration: string): string {
  const [, count = '0', unit = 'D'] = /^P(\d+)([DWM])$/.exec(duration) ?? [];
  if (unit !== 'M') return shift(day, Number(count) * (unit === 'W' ? 7 : 1) - 1);
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const length = new Date(Date.UTC(year, month + Number(count), 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + Number(count), Math.min(date, length) - 1)).toISOString().slice(0, 10);
}
