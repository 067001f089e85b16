/** A view whose code changed is built beside the old rows while these are read: nobody meets an error or a half view. */
import { journalView } from '@ledgerline/projector-journal';
import { statisticsView } from '@ledgerline/projector-statistics';
import { timelineView } from '@ledgerline/projector-timeline';
import t from 'tap';
import { afterWriting, capitals } from '../../../packages/projection/test/after-writing.ts';
import { until } from '../../../packages/projection/test/until.ts';
import { rebuildsSchema } from '../src/shapes/job.ts';
import { statement } from './fixture/event-builders.ts';
import { createProjectedApp } from './fixture/projected-app.ts';

type Items = { readonly items: readonly { readonly title: string }[] };

/** The same claims, told louder. */
const louder: typeof timelineView = {
  ...timelineView,
  version: timelineView.version + 1,
  prepare: afterWriting(timelineView, async (tx) => await tx.query({ text: capitals })),
};

t.test('deploying a changed projector needs no step by hand, and no read fails meanwhile', async (t) => {
  const query = await createProjectedApp(t, [journalView, statisticsView]);
  const old = query.project(timelineView);
  const count = 300;
  const claims = Array.from({ length: count }, (_, n) => statement(`s-${n}`, { title: 'quiet' }));
  await query.append(claims);
  const position = String(
    (await query.app.inject({ url: '/v1/timeline?limit=1', headers: { host: 'localhost' } })).headers[
      'ledgerline-position'
    ],
  );
  await old.stop();

  const failed: string[] = [];
  const mixed: string[] = [];
  const seen = new Set<string>();
  let reading = true;
  const reads = async (url: string) => {
    while (reading) {
      const { status, text, json } = await query.get(url);
      if (status !== 200) failed.push(`${status} ${text}`);
      const titles = new Set((json as Items).items.map(({ title }) => title));
      if (titles.size !== 1 || (json as Items).items.length !== count)
        mixed.push(`${[...titles].join()} ${text.length}`);
      for (const title of titles) seen.add(title);
    }
  };
  const readers = [reads('/v1/timeline?limit=1000'), reads(`/v1/timeline?limit=1000&minPosition=${position}`)];
  await until(() => seen.has('quiet'));
  const next = query.project(louder);
  await until(() => next.state().ready && seen.has('QUIET'), 60_000);
  reading = false;
  await Promise.all(readers);
  t.strictSame(failed, []);
  t.strictSame(mixed, [], 'all of the old rows, or all of the new');
  t.strictSame([...seen], ['quiet', 'QUIET']);
  const [job] = rebuildsSchema.parse((await query.get('/v1/admin/rebuilds')).json).items;
  t.match(job, { view: 'timeline', cause: 'version', state: 'promoted' });
});
