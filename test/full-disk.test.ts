/** A full disk below `npm start`: an honest 503, nothing acknowledged lost, and it goes on when there is room again. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { startService, type Teardown } from '@ledgerline/testkit';
import t from 'tap';
import { temporaryFolder } from './support/npm-start.ts';
import { type Answer, createRestClient } from './support/rest-client.ts';
import { statement } from './support/sample-claims.ts';
import type { EventItem } from './support/shapes.ts';
import { until } from './support/until.ts';

const MEBIBYTE = 2 ** 20;

/** A disk of its own, or why there is none. */
async function smallDisk(t: Teardown, mebibytes: number): Promise<string | null> {
  const disk = join(await temporaryFolder(t), 'disk');
  await mkdir(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  t.teardown(() => void execFileSync('umount', ['--lazy', disk]));
  await chmod(disk, 0o755);
  return disk;
}

/** Takes all room but `leave` MiB. Removing the file gives it back. */
async function fill(disk: string, leave: number): Promise<string> {
  const file = join(disk, 'filler');
  const { bavail, bsize } = await statfs(disk);
  const handle = await open(file, 'w');
  try {
    for (let left = bavail * bsize - leave * MEBIBYTE; left > 0; left -= MEBIBYTE)
      await handle.write(Buffer.alloc(MEBIBYTE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
  return file;
}

/** Random, so that nothing compresses it. */
function largeStatement() {
  const event = statement();
  return { ...event, data: { ...(event['data'] as object), content: randomBytes(1_900).toString('hex') } };
}

t.test('writes on a full disk are 503 with Retry-After, and go on when there is room', async (t) => {
  const disk = await smallDisk(t, 256);
  if (disk === null) {
    t.pass('a full disk', { skip: 'NOT RUN: a small disk can only be mounted by root, where mounting is permitted' });
    return;
  }
  const app = await startService(t, 'standalone', { LEDGERLINE_DATA: join(disk, 'data'), LEDGERLINE_SEEDS: 'off' });
  await app.ready();
  const client = createRestClient({ read: app.baseUrl, write: app.baseUrl });
  const filler = await fill(disk, 24);

  const acknowledged: string[] = [];
  const positions: string[] = [];
  let refusal: Answer | null = null;
  // Bounded: what PostgreSQL has allocated ahead is used up after some tens of MiB.
  for (let batch = 0; batch < 400 && refusal === null; batch += 1) {
    const events = Array.from({ length: 50 }, largeStatement);
    const answer = await client.post(JSON.stringify(events), 'application/cloudevents-batch+json');
    if (answer.status === 201) {
      acknowledged.push(...events.map(({ id }) => id));
      positions.push((answer.json as { position: string }).position);
    } else {
      refusal = answer;
    }
  }
  t.ok(acknowledged.length > 0, `${acknowledged.length} events were taken before the disk was full`);
  t.equal(refusal?.status, 503);
  t.match(refusal?.headers.get('retry-after'), /^\d+$/);
  t.equal((await client.get('/health/live')).status, 200);

  await rm(filler);
  await until(
    'writes to be taken again',
    async () => {
      const { status } = await client.send(statement());
      return status === 201 ? true : undefined;
    },
    60_000,
  );
  await client.settle(positions);
  const held = new Set((await client.items<EventItem>('/v1/events?limit=1000')).map(({ event }) => event.id));
  t.same(
    acknowledged.filter((id) => !held.has(id)),
    [],
    'nothing acknowledged is missing',
  );
});
