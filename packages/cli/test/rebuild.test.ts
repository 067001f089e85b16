/** `verify` and `rebuild` against the whole system in one process, with the seeds in it. */
import { freshDatabase, startService } from '@ledgerline/testkit';
import t from 'tap';
import { createPhaseGate } from '../../projection/test/build/phase-gate.ts';
import { until } from '../../projection/test/until.ts';
import { jsonLines, run } from './fixture/run.ts';

const { url, pool } = await freshDatabase(t);
const service = await startService(t, 'standalone', { DATABASE_URL: url });
await service.ready();
await service.output.waitFor(/\/v1\/timeline$/, 30_000);
const command = (args: readonly string[], terminal = false) =>
  run(args, { environment: { url: service.baseUrl }, terminal });

t.test('verify ends with 0 where the views are what the log says', async (t) => {
  const all = await command(['verify']);
  t.equal(all.code, 0, all.error);
  t.strictSame(
    jsonLines<{ view: string; ok: boolean }>(all.out).map(({ view, ok }) => [view, ok]),
    [
      ['journal', true],
      ['timeline', true],
      ['statistics', true],
    ],
  );
  const table = await command(['verify', 'journal'], true);
  t.match(table.out, /^VIEW +EXPECTED +FOUND +MISSING/);
  t.equal((await command(['verify', 'nothing'])).code, 2);
});

t.test('verify and rebuild end with 3 and name what differs; in place it is mended', async (t) => {
  const { rows } = await pool.query<{ subject: string }>(
    'delete from timeline_g1.versions where subject = (select min(subject) from timeline_g1.versions) returning subject',
  );
  const subject = rows[0]?.subject ?? '';
  const verified = await command(['verify', 'timeline']);
  t.equal(verified.code, 3);
  t.match(verified.error, `missing in versions: {"subject":"${subject}","version":1}`);
  const rebuilt = await command(['rebuild', 'timeline']);
  t.match(rebuilt, { code: 3 });
  t.match(JSON.parse(rebuilt.out), { state: 'failed', differences: { missing: 1 } });
  t.match(await command(['rebuild', 'timeline', '--subject', subject, '--dry-run']), { code: 3 });
  t.match(await command(['rebuild', 'timeline', '--subject', subject]), { code: 0 });
  t.match(await command(['verify', 'timeline']), { code: 0 });
  const promoted = await command(['rebuild', 'timeline']);
  t.match(promoted, { code: 0 });
  t.match(JSON.parse(promoted.out), { state: 'promoted' });
  t.equal((await command(['rebuild', 'timeline', '--subject', 'a', '--month', '2021-08'])).code, 2);
});

t.test('rebuild draws on a terminal how far it is and in which phase', async (t) => {
  const gate = await createPhaseGate(t, pool);
  await gate.close('comparing');
  let drawn = '';
  const onError = (error: string) => {
    drawn = error;
  };
  const rebuilt = run(['rebuild', 'statistics'], { environment: { url: service.baseUrl }, onError });
  await until(() => /\rstatistics {2}\[[#-]{20}\] {2}\d+ % {2}\d+ of \d+ events\b.* checking/.test(drawn));
  await gate.open();
  t.match(await rebuilt, { code: 0 });
});

t.test('redact needs an unlawful claim and a reason, and tells what became of each view', async (t) => {
  t.equal((await command(['redact', 'nobody'])).code, 2);
  t.equal((await command(['redact', 'nobody', '--reason', 'x'])).code, 1);
  const { rows } = await pool.query<{ subject: string }>('select min(subject) as subject from journal_g1.events');
  const subject = rows[0]?.subject ?? '';
  t.match(await command(['redact', subject, '--reason', 'x']), { code: 5, error: /not-unlawful/ });
  const retraction = {
    specversion: '1.0',
    id: 'r1',
    source: 'urn:test:cli',
    type: 'claim.retracted.v1',
    subject,
    data: { reason: 'unlawful' },
  };
  t.match(await run(['import', '-'], { environment: { url: service.baseUrl }, stdin: JSON.stringify(retraction) }), {
    code: 0,
  });
  await until(async () => (await command(['claim', subject, '--history'])).out.includes('"retracted"'));
  const redacted = await command(['redact', subject, '--reason', 'a court said so']);
  t.equal(redacted.code, 0, redacted.error);
  const { rebuilds } = JSON.parse(redacted.out) as { rebuilds: { state: string }[] };
  t.strictSame(
    rebuilds.map(({ state }) => state),
    ['ready', 'ready', 'ready'],
  );
  t.match(await command(['verify']), { code: 0 });
});
