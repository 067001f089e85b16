/**
 * Every read agrees with a second reading of the log: random histories, at random positions and known by random days,
 * recomputed from what GET /v1/events gives by code that shares nothing with the projectors or the query service.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { inScope } from '../support/in-scope.ts';
import type { RestClient } from '../support/rest-client.ts';
import { arbitraryLog } from './arbitrary-log.ts';
import { arbitraryAsking, type Moment, momentsOf } from './asking.ts';
import { recomputationConfig } from './config.ts';
import { differences } from './fold/history.ts';
import type { LogItem } from './fold/log.ts';
import type { Body } from './question.ts';
import { questions } from './questions.ts';
import { postAll, startSystem } from './system.ts';

const { seed: SEED, runs: RUNS, path: PATH } = recomputationConfig;
const PARTITIONS = 3;
const MOMENTS = 5;

let asked = 0;
const askedOf = new Map<string, number>();

await t.test(
  `every read agrees with the recomputation (seed ${SEED}, ${RUNS} histories)`,
  { timeout: 170_000 },
  async (t) => {
    const askings = fc.array(arbitraryAsking, { minLength: MOMENTS, maxLength: MOMENTS });
    let events = 0;
    const property = fc.asyncProperty(arbitraryLog(170), askings, async (batches, chosen) =>
      inScope(async (scope) => {
        const client = await startSystem(scope, PARTITIONS);
        await postAll(client, batches);
        const replay = await client.get('/v1/events', { accept: 'application/x-ndjson' });
        const log = replay.text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as LogItem);
        assert.equal(log.length, batches.flat().length);
        events += log.length;
        for (const moment of momentsOf(log, PARTITIONS, chosen)) await ask(client, moment);
      }),
    );
    const { failed, errorInstance, counterexamplePath } = await fc.check(property, {
      numRuns: RUNS,
      seed: SEED,
      endOnFailure: true,
      ...(PATH === undefined ? {} : { path: PATH }),
    });
    if (failed)
      return t.fail(
        `RECOMPUTATION_SEED=${SEED} RECOMPUTATION_PATH=${counterexamplePath}: ${(errorInstance as Error).message}`,
      );
    t.ok(events > 40 * RUNS, `histories of some length: ${events} events`);
    for (const [name, count] of askedOf) t.comment(`${name}: ${count} answers`);
    t.ok(asked > 100 * RUNS, `${asked} answers compared`);
  },
);

async function ask(client: RestClient, moment: Moment): Promise<void> {
  for (const { name, path, expected, pick } of questions(moment)) {
    asked += 1;
    askedOf.set(name, (askedOf.get(name) ?? 0) + 1);
    const found = pick(await readWhole(client, path));
    if (isDeepStrictEqual(found, expected)) continue;
    const shown = differences(expected, found, '').slice(0, 6);
    const told = shown.map(({ pointer, before, after }) => `${pointer}: ${tell(after)} should be ${tell(before)}`);
    throw new Error(`${name} ${path}\n${told.join('\n')}\nin ${tell(itemAt(expected, shown[0]?.pointer), 2_000)}`);
  }
}

/** A list with the items of all its pages, anything else as it is. */
async function readWhole(client: RestClient, path: string): Promise<Body> {
  const body = await client.read<Body & { page?: { next: string | null } }>(path);
  const items = [...(body.items ?? [])];
  for (let next = body.page?.next ?? null; next !== null; ) {
    const more = await client.read<{ items: unknown[]; page: { next: string | null } }>(`${path}&cursor=${next}`);
    items.push(...more.items);
    next = more.page.next;
  }
  return { ...body, ...(body.items === undefined ? {} : { items }) };
}

/** The item of a list that the pointer leads into. */
function itemAt(value: unknown, pointer = ''): unknown {
  return Array.isArray(value) ? value[Number(pointer.split('/')[1])] : value;
}

function tell(value: unknown, maxLength = 600): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, maxLength);
}
