/** Features of `rehearse`: what `append` would answer, and nothing written. */
import { test } from 'tap';
import { type Contract, patient, readAll, statusOf, subjectIn } from './contract.ts';
import { record } from './test-events.ts';

export async function rehearseFeatures({ adapter, create }: Contract): Promise<void> {
  await test(`${adapter}: a rehearsal tells what append then does, call by call, and writes nothing`, async (t) => {
    const log = (await create(t)).open();
    const known = record({ id: 'known', subject: subjectIn(0) });
    const [place] = await log.append([known], patient);
    const fresh = record({ id: 'fresh', subject: subjectIn(1) });
    const calls = [
      [known, record({ id: 'known', subject: subjectIn(2) }), fresh, fresh],
      [record({ id: 'after', subject: subjectIn(2), needs: fresh.subject }), fresh],
      [record({ id: 'none', expected: 7 }), record({ id: 'two', subject: fresh.subject, expected: 1 })],
      [record({ id: 'kept-out', subject: subjectIn(3) }), record({ id: 'bad', needs: 'nobody' }), fresh],
      [record({ id: 'again', subject: subjectIn(3), expected: 0 })],
    ];
    const before = await log.ends();
    const rehearsal = log.rehearse();
    const told = [];
    for (const call of calls) told.push(await rehearsal.append(call, patient));
    t.same(told[0]?.[0], { ...place, status: 'duplicate' }, 'what is in the log is told with its place');
    t.same(await log.ends(), before);
    const done = [];
    for (const call of calls) done.push(await log.append(call, patient));
    t.same(
      told.map((outcomes) => outcomes.map((one) => one.status)),
      done.map((outcomes) => outcomes.map(statusOf)),
    );
    t.same(told[2]?.[0], done[2]?.[0], 'a refusal is told as it is');
  });

  await test(`${adapter}: a rehearsal sees what another process was answered, at once`, async (t) => {
    const under = await create(t);
    const [writer, other] = [under.open(), under.open()];
    for (let round = 0; round < 10; round += 1) {
      const one = record({ subject: 'seen' });
      const [stored] = await writer.append([one], patient);
      t.same(await other.rehearse().append([one], patient), [{ ...stored, status: 'duplicate' }]);
      const next = record({ subject: 'seen', expected: round });
      t.match(await other.rehearse().append([next], patient), [{ status: 'refused', refusal: { actual: round + 1 } }]);
    }
    t.equal((await readAll(other)).length, 10);
  });
}
