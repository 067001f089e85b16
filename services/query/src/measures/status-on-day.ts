/**
 * What is true of a measure on a day (details 10). Dates may be inexact, so that a day has several possible states:
 * in force is certain where all of them say so, possible where some do, and no where none does.
 */
import { addDays, type Edtf, parseEdtf } from '@ledgerline/events';
import { lastDayOf } from './minimum-duration.ts';

export type MeasureFacts = {
  /** Of the adoption, as reported. */
  readonly status: string;
  /** EDTF. */
  readonly occurred: string;
  readonly announcedOn?: string | undefined;
  readonly effective?: string | undefined;
  /** ISO 8601: at least so long from the day it begins. */
  readonly minimumDuration?: string | undefined;
  /** In log order. */
  readonly changes: readonly { readonly status: string; readonly on: string }[];
  /** Measures that replace this one: when each of them begins. */
  readonly replacedOn: readonly string[];
};

export type InForce = 'certain' | 'possible' | 'no';

export type StatusOnDay = { readonly status: string; readonly inForce: InForce };

/** The days on which something may have happened, both included. */
type Days = { readonly earliest: string; readonly latest: string };
/** `told`: its place in the order in which things were said. */
type Change = Days & { readonly status: string; readonly told: number };

const begin = '0000-01-01';
const never = '9999-12-32';
const inForceStatuses = new Set(['in-force', 'resumed']);
const overStatuses = new Set(['ended', 'replaced']);

/** null where the measure is not listed on that day: not announced yet, or over. @param day `YYYY-MM-DD` */
export function statusOnDay(measure: MeasureFacts, day: string): StatusOnDay | null {
  const states = possibleStates(measure, day).filter((status, index, all) => all.indexOf(status) === index);
  const standing = states.filter((status): status is string => status !== null && !overStatuses.has(status));
  // What may have happened last comes last: of several possible states that is the one to name.
  const status = standing.at(-1);
  if (status === undefined) return null;
  const holding = states.filter((state) => state !== null && inForceStatuses.has(state)).length;
  return { status, inForce: holding === 0 ? 'no' : holding === states.length ? 'certain' : 'possible' };
}

/** The last status reported, whatever day it is; an end that only `effective` names is still to come. */
export function latestStatus(measure: MeasureFacts): string {
  return changesOf({ ...measure, effective: undefined }).at(-1)?.status ?? measure.status;
}

/** Everything that may be its status on the day, null for "not there yet", in the order in which it may have come. */
function possibleStates(measure: MeasureFacts, day: string): (string | null)[] {
  const changes = changesOf(measure);
  const happened = changes.filter((change) => change.latest <= day);
  const possible = changes.filter((change) => {
    if (change.earliest > day) return false;
    // Another that certainly came after it, and certainly came, has taken its place.
    return !happened.some((other) => other !== change && isAfter(other, change, day));
  });
  const states = possible.map(({ status }) => status as string | null);
  return happened.length > 0 ? states : [...statesWithoutChange(measure, day), ...states];
}

/**
 * By the end of the day. Of two that can only have been on the same day, or are said to be of the same days, the one told
 * later came later.
 */
function isAfter(one: Change, other: Change, day: string): boolean {
  const last = other.latest < day ? other.latest : day;
  if (one.earliest > last) return true;
  const sameDays = one.earliest === other.earliest && one.latest === other.latest;
  return (sameDays || one.earliest === last) && one.told > other.told;
}

/** Status changes, the end that `effective` names, and being replaced: whatever is latest decides. */
function changesOf({ changes, effective, replacedOn }: MeasureFacts): Change[] {
  const end = effective === undefined ? null : (parseEdtf(effective)?.end ?? null);
  return [
    ...(end === null ? [] : [{ status: 'ended', earliest: dayAfter(end.earliest), latest: dayAfter(end.latest) }]),
    ...changes.map(({ status, on }) => ({ status, ...daysOf(on) })),
    ...replacedOn.map((on) => ({ status: 'replaced', ...daysOf(on) })),
  ]
    .map((change, told) => ({ ...change, told }))
    .toSorted((a, b) => (a.latest < b.latest ? -1 : a.latest > b.latest ? 1 : 0));
}

/** By `effective`, else by the status of the adoption from the day it occurred. */
function statesWithoutChange(measure: MeasureFacts, day: string): (string | null)[] {
  const effective = measure.effective === undefined ? null : parseEdtf(measure.effective);
  const before = statesBeforeEffect(measure, day, effective !== null);
  if (effective === null) return before;
  const start = startOf(effective);
  if (day < start.earliest) return before;
  const states = day < start.latest ? [...before, 'in-force'] : ['in-force'];
  // An end that is not known: it is sure to have been in force on the day it began, and for as long as it was to last.
  const sure = measure.minimumDuration === undefined ? null : lastDayOf(start.earliest, measure.minimumDuration);
  return effective.unknownEnd && day > (sure ?? start.earliest) ? ['ended', ...states] : states;
}

/** While `effective` has not begun, or there is none. */
function statesBeforeEffect(
  { status, occurred, announcedOn }: MeasureFacts,
  day: string,
  waits: boolean,
): (string | null)[] {
  const announced = announcedOn === undefined ? null : daysOf(announcedOn);
  const adopted = daysOf(occurred);
  // Said to be in force, and to begin later: until then it is adopted.
  const adoptedStatus = waits && status === 'in-force' ? 'adopted' : status;
  const states: (string | null)[] = [];
  if (day < adopted.latest) {
    if (announced === null || day < announced.latest) states.push(null);
    if (announced !== null && day >= announced.earliest) states.push('announced');
  }
  if (day >= adopted.earliest) states.push(adoptedStatus);
  return states;
}

function startOf(effective: Edtf): Days {
  if (effective.start !== null) return effective.start;
  if (effective.openStart) return { earliest: begin, latest: begin };
  return { earliest: begin, latest: effective.end?.latest ?? never };
}

function daysOf(edtf: string): Days {
  const parsed = parseEdtf(edtf);
  return { earliest: parsed?.earliest ?? begin, latest: parsed?.latest ?? never };
}

function dayAfter(day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return addDays(year, month, date, 1);
}
