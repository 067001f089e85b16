/**
 * What is left of an event whose payload may not be shown: that it was, of which type and subject, when it happened and
 * was published, and codes. Everything a person could be known by goes, by a list of what stays, not of what goes.
 */
import type { LedgerEvent } from '@ledgerline/events';
import type { ProjectedEvent } from './view.ts';

const gone = '[redacted]';

/** Members that say nothing of anybody: codes, days, and ids of claims. */
const kept: readonly string[] = [
  'outcome',
  'stance',
  'measureKind',
  'status',
  'effective',
  'announcedOn',
  'minimumDuration',
  'relation',
  'target',
];
const emptied: readonly string[] = ['places', 'actors', 'quantities', 'relations', 'tags'];

/** The recorded event gets the attribute `redacted`, by which any reader knows it. */
export function redactEvent(projected: ProjectedEvent): ProjectedEvent {
  const { event, recorded } = projected;
  const { data, ...envelope } = recorded;
  const left = { ...envelope, redacted: true, data: redactData(data, event.type) };
  return {
    ...projected,
    event: { ...event, data: redactData(event.data, event.type) } as LedgerEvent,
    recorded: left,
    raw: JSON.stringify(left),
  };
}

type Json = Readonly<Record<string, unknown>>;

function redactData(value: unknown, type: string): Json {
  const data = isJson(value) ? value : {};
  const left: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(data)) {
    if (kept.includes(name)) left[name] = member;
    else if (emptied.includes(name)) left[name] = [];
    else if (name === 'title' || name === 'content') left[name] = gone;
    else if (name === 'occurred' || name === 'on') left[name] = dateOf(member);
    else if (name === 'reports' && Array.isArray(member)) left[name] = member.map(reportOf);
    else if (name === 'corrected') left[name] = redactData(member, type);
    // A code there; of a status it is free text.
    else if (name === 'reason' && type !== 'measure.status-changed.v1') left[name] = member;
  }
  return left;
}

function dateOf(value: unknown): Json {
  const { edtf, basis } = isJson(value) ? value : {};
  return { edtf, basis };
}

function reportOf(value: unknown): Json {
  return { publisher: gone, publishedOn: isJson(value) ? value['publishedOn'] : undefined };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
