/** The load of a chaos run: four writers with stories of their own, and races for one version of one subject. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EventJson } from '@ledgerline/testkit';
import { dataOf } from './claim-data.ts';
import { createStories } from './claim-stories.ts';
import { type Delivery, deliver, type Mode } from './deliver.ts';
import { type Random, seededRandom } from './seeded-random.ts';
import { type Sent, toSend } from './sent-events.ts';

export type Load = {
  readonly seed: number;
  readonly delivery: Omit<Delivery, 'random'>;
  /** All that is sent, in order of its making. */
  readonly sent: Sent[];
  /** There are more events already than there should be by now: nobody runs ahead. */
  readonly isAhead: () => boolean;
  /** No further event is begun. */
  readonly isOver: () => boolean;
};

const WRITERS = ['w1', 'w2', 'w3', 'w4'];
const RACERS = 10;
const RACE_PAUSE_MS = 900;
const AHEAD_PAUSE_MS = 20;

/** Resolves when the load is over and every event's fate is known, or given up on. */
export async function writeLoad(load: Load): Promise<void> {
  await Promise.all([...WRITERS.map((writer, index) => write(load, writer, index)), race(load)]);
}

async function write(load: Load, writer: string, index: number): Promise<void> {
  const random = seededRandom(load.seed * 31 + index);
  // Retries come as the faults have it: what there is to say must not depend on them.
  const delivery = { ...load.delivery, random: seededRandom(load.seed * 31 + 500 + index) };
  const stories = createStories(
    writer,
    WRITERS.filter((other) => other !== writer),
    random,
  );
  let kept: ReturnType<typeof stories.next> | null = null;
  while (!load.isOver()) {
    if (load.isAhead()) {
      await delay(AHEAD_PAUSE_MS);
      continue;
    }
    const { mode, size } = modeOf(random);
    const call: Sent[] = [];
    while (call.length < size) {
      const one: ReturnType<typeof stories.next> = kept ?? stories.next();
      kept = null;
      if (one.alone && call.length > 0) {
        kept = one;
        break;
      }
      call.push(one.sent);
      if (one.alone) break;
    }
    load.sent.push(...call);
    await deliver(delivery, call, call.length === 1 ? 'single' : mode);
    if (random.chance(0.02)) await abandon(load, writer, delivery);
  }
}

function modeOf(random: Random): { mode: Mode; size: number } {
  if (random.chance(0.5)) return { mode: 'single', size: 1 };
  return random.chance(0.7)
    ? { mode: 'batch', size: random.between(2, 30) }
    : { mode: 'lines', size: random.between(5, 60) };
}

let abandoned = 0;

/** A client that dies in the middle of a write: of its event it is only known that it is stored once, or not at all. */
async function abandon(load: Load, writer: string, delivery: Delivery): Promise<void> {
  const subject = `${writer}-abandoned-${++abandoned}`;
  const sent = toSend(statementOn(subject, `${subject}.1`, delivery.random));
  load.sent.push(sent);
  const ended = new AbortController();
  const url = delivery.random.pick(delivery.ingests);
  const body = JSON.stringify(sent.event);
  const headers = { 'content-type': 'application/cloudevents+json' };
  const request = fetch(`${url}/v1/events`, { method: 'POST', headers, body, signal: ended.signal });
  await Promise.race([request, delay(delivery.random.between(0, 15))]).catch(() => undefined);
  ended.abort();
  await request.then((response) => response.body?.cancel()).catch(() => undefined);
  sent.abandoned = true;
}

/** Writers who all expect one version: one may win. Then the same event from many hands at once: it is one. */
async function race(load: Load): Promise<void> {
  const random = seededRandom(load.seed * 31 + 1_000);
  const delivery = { ...load.delivery, random: seededRandom(load.seed * 31 + 1_500) };
  for (let number = 1; !load.isOver(); number += 1) {
    const subject = `race-${number}`;
    for (const version of [0, 1]) {
      const racers = Array.from({ length: RACERS }, (_, hand) => {
        const event = racingEvent(subject, version, hand, random);
        return toSend(event, 'race', { race: `${subject} at ${version}` });
      });
      await sendAtOnce(load, delivery, racers);
    }
    const event = correctionOn(subject, `${subject}-twin`, random);
    const twins = Array.from({ length: 6 }, () => toSend(event, 'stored', { twin: true }));
    await sendAtOnce(load, delivery, twins);
    await delay(RACE_PAUSE_MS);
  }
}

async function sendAtOnce(load: Load, delivery: Delivery, all: readonly Sent[]): Promise<void> {
  load.sent.push(...all);
  await Promise.all(all.map(async (one) => await deliver(delivery, [one], 'single')));
}

function racingEvent(subject: string, version: number, hand: number, random: Random): EventJson {
  const id = `${subject}-v${version}-h${hand}`;
  const made = version === 0 ? statementOn(subject, id, random) : correctionOn(subject, id, random);
  return { ...made, expectedversion: version };
}

export function statementOn(subject: string, id: string, random: Random): EventJson {
  const data = dataOf('statement', `Said as ${id}`, [], random);
  return { specversion: '1.0', id, source: 'urn:ledgerline:desk:race', subject, type: 'statement.issued.v1', data };
}

function correctionOn(subject: string, id: string, random: Random): EventJson {
  const data = { corrected: dataOf('statement', `Said as ${id}`, [], random), reason: 'new-information' };
  return { specversion: '1.0', id, source: 'urn:ledgerline:desk:race', subject, type: 'claim.corrected.v1', data };
}
