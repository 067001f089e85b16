/** The law of rounds: how calls are gathered changes nothing that they are told, and nothing that is stored. */
import fc from 'fast-check';
import { test } from 'tap';
import { admit } from '../src/append/admission.ts';
import { IndexView } from '../src/append/index-view.ts';
import { createPendingCall, type PendingCall } from '../src/append/pending-call.ts';
import { partitionOf } from '../src/murmur2.ts';
import type { AppendRecord } from '../src/port.ts';
import { PARTITIONS } from './contract/contract.ts';
import { record, type TestEvent, type TestRefusal, type TestState, testRule } from './contract/test-events.ts';

const TIME = '2021-08-25T10:00:00.000Z';

const subject = fc.constantFrom('a', 'b', 'c', 'd');
const event = fc.record(
  {
    id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    subject,
    text: fc.constantFrom('x', 'y'),
    expected: fc.nat({ max: 3 }),
    needs: subject,
  },
  { requiredKeys: ['id', 'subject'] },
);
const call = fc.record({ atomic: fc.boolean(), events: fc.array(event, { minLength: 1, maxLength: 5 }) });
type Call = { atomic: boolean; records: AppendRecord<TestEvent>[] };

await test('outcomes and places do not depend on how calls are gathered into rounds', async (t) => {
  fc.assert(
    fc.property(
      fc.array(call, { maxLength: 8 }),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      (calls, cuts) => {
        const all = calls.map(({ atomic, events }) => ({ atomic, records: events.map((one) => record(one)) }));
        const together = run([all]);
        const apart = run(all.map((one) => [one]));
        const rounds: Call[][] = [[]];
        for (const [index, one] of all.entries()) {
          if (cuts[index]) rounds.push([]);
          rounds.at(-1)?.push(one);
        }
        t.same(together, apart);
        t.same(run(rounds), apart);
      },
    ),
    { numRuns: 500 },
  );
});

await test('an atomic call with a refusal that breaks it leaves no trace', async (t) => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 4 }), call, (before, broken) => {
      const history = before.map(({ atomic, events }) => ({ atomic, records: events.map((one) => record(one)) }));
      const records = [
        ...broken.events.map((one) => record(one)),
        record({ id: 'last', subject: 'a', needs: 'nobody' }),
      ];
      const without = run([history]);
      const withIt = run([[...history, { atomic: true, records }]]);
      t.same(withIt.stored, without.stored);
      t.notOk(withIt.told.at(-1)?.some((outcome) => outcome.startsWith('appended')));
    }),
    { numRuns: 200 },
  );
});

/** What the calls are told, and what the log then holds. */
function run(rounds: readonly (readonly Call[])[]) {
  const receipts = new Map<
    string,
    AppendRecord<TestEvent> & { partition: number; offset: number; recordedAt: string }
  >();
  const states = new Map<string, TestState>();
  const nextOffsets = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0]));
  const told: string[][] = [];
  for (const round of rounds) {
    const view = new IndexView<TestState>();
    view.load(receipts.values(), states);
    const calls = round.map(pending);
    const admission = admit({
      calls,
      view,
      rule: testRule,
      nextOffsets,
      partitionOf: (name) => partitionOf(name, PARTITIONS),
    });
    for (const { record: planned, partition, offset } of admission.plan) {
      receipts.set(planned.id, { ...(planned as AppendRecord<TestEvent>), partition, offset, recordedAt: TIME });
      nextOffsets.set(partition, offset + 1);
    }
    for (const [name, state] of view.changedStates()) states.set(name, state);
    for (const decisions of admission.decisions) {
      told.push(
        decisions.map((decision) => {
          if (!('outcome' in decision)) return `${decision.status} ${decision.of.partition}/${decision.of.offset}`;
          const { outcome } = decision;
          if (outcome.status === 'refused') return `refused ${JSON.stringify(outcome.refusal)}`;
          return 'offset' in outcome ? `${outcome.status} ${outcome.partition}/${outcome.offset}` : outcome.status;
        }),
      );
    }
  }
  const stored = [...receipts.values()].map(
    ({ id, partition, offset, content }) => `${partition}/${offset} ${id} ${content}`,
  );
  return { told, stored, states: [...states] };
}

function pending({ atomic, records }: Call): PendingCall<TestEvent, TestRefusal> {
  const lanes = { partitions: [], relatedPartitions: [] };
  const made = createPendingCall<TestEvent, TestRefusal>(records, { atomic, deadlineMs: 1 }, lanes, () => undefined);
  // Settled at once: it has a deadline, and no law waits for it.
  made.resolve([]);
  return made;
}
