/**
 * One trace, recorded on several logs: every event in a request of its own, in one order, and never two in one
 * millisecond, so that append times tell the same order on each log, though they are other times.
 */
import { generateEvents } from '@ledgerline/testkit';
import { arbitraryHistory, type EventJson } from '@ledgerline/testkit/arbitrary-events';
import fc from 'fast-check';
import { readSeeds } from './project.ts';
import type { Answer, RestClient } from './rest-client.ts';
import { statement } from './sample-claims.ts';
import { until } from './until.ts';

/** Real claims, life stories of claims from all over the schema, and many plain ones to be counted and summed. */
export async function buildTrace(seed: number): Promise<EventJson[]> {
  // Histories of a hundred events, not of ten.
  fc.configureGlobal({ baseSize: 'medium' });
  const history = fc.sample(arbitraryHistory(100), { seed, numRuns: 6 }).toSorted((a, b) => b.length - a.length)[0];
  const generated = generateEvents({
    count: 100,
    seed,
    corrections: 0.15,
    links: 0.15,
    statusChanges: 0.1,
    retractions: 0.05,
  });
  return [...(await readSeeds()), ...(history ?? []), ...generated];
}

/** What the logs refuse, or have already, after the trace: known events, ids used again, rules broken. */
export function buildRefusals(trace: readonly EventJson[]): EventJson[] {
  const first = trace[0];
  if (first === undefined) throw new Error('an empty trace');
  const own: EventJson = { ...statement(), id: 'refused.1', subject: 'refused' };
  const change = { ...own, type: 'claim.retracted.v1', data: { reason: 'recording-error' } };
  return [
    first,
    { ...first, time: '2021-08-25T10:15:00Z' },
    { ...first, id: 'refused.2' },
    { ...own, expectedversion: 3 },
    { ...first, id: 'refused.3', type: 'claim.retracted.v1', data: change.data, expectedversion: 7 },
    change,
    { ...own, id: 'refused.4', data: { title: '' } },
  ];
}

/** Rejects unless every event is stored. Gives the positions. */
export async function record(client: RestClient, events: readonly EventJson[]): Promise<string[]> {
  const positions: string[] = [];
  for (const event of events) {
    const { status, text, json } = await client.send(event);
    if (status !== 201) throw new Error(`${event.id}: ${status} ${text}`);
    const { position, recordedAt } = json as { position: string; recordedAt: string };
    positions.push(position);
    await until('the next millisecond', async () => (Date.now() > Date.parse(recordedAt) ? true : undefined));
  }
  return positions;
}

/** What each of these is answered with. */
export async function refuse(client: RestClient, events: readonly EventJson[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const event of events) answers.push(await client.send(event));
  return answers;
}
