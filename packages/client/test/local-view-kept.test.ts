/**
 * Local views of a real log, through kills, resumes and a change of version: each is what the server's timeline says, and
 * what was kept on the way was at every kill the state of its position.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freshDatabase, generateEvents, startProcess, startService, startTcpProxy } from '@ledgerline/testkit';
import type { Page } from 'playwright-core';
import t from 'tap';
import { type EventInput, Ledgerline, memoryStore, type SavedView } from '../src/index.ts';
import { startSite } from './fixture/browser-page.ts';
import { type FoldedClaims, foldOfClaims } from './fixture/fold-claims.ts';
import { until } from './fixture/until.ts';

const BATCH = 20;
/** So that there is something to be killed in for a while, and not so much that folding it all takes the time. */
const BATCH_EVERY_MS = 50;
const KILLS = 4;
const mix = { corrections: 0.3, links: 0.05, statusChanges: 0.05, retractions: 0.05 };
const follower = fileURLToPath(new URL('fixture/follow-claims.ts', import.meta.url));

const { url: database } = await freshDatabase(t);
const env = { DATABASE_URL: database, LEDGERLINE_SEEDS: 'off', LEDGERLINE_CORS_ORIGINS: '*' };
const service = await startService(t, 'standalone', env);
await service.ready();
const client = new Ledgerline({ url: service.baseUrl });

let written = 0;

/** Appends until it is stopped; then says where the log ends. */
function startWriting(seed: number): { stop(): Promise<string> } {
  let stopped = false;
  const events = generateEvents({ count: 1_000_000, seed, ...mix }) as unknown as Iterator<EventInput, void>;
  const writing = (async () => {
    while (!stopped) {
      const batch = Array.from({ length: BATCH }, () => events.next().value as EventInput);
      await Promise.all([client.appendBatch(batch), delay(BATCH_EVERY_MS)]);
      written += BATCH;
    }
  })();
  return {
    async stop() {
      stopped = true;
      await writing;
      let end = '';
      await until(async () => {
        const answer = await fetch(`${service.baseUrl}/v1/events?limit=1&total=exact`);
        const { page } = (await answer.json()) as { page: { total: number } };
        end = answer.headers.get('ledgerline-position') ?? '';
        return page.total === written;
      }, 60_000);
      return end;
    },
  };
}

/** As the server has them at the end of its log. */
async function served(version: 1 | 2, minPosition: string): Promise<FoldedClaims> {
  const claims: FoldedClaims = {};
  const timeline = client.timeline({ state: 'all', limit: 1_000, minPosition, waitSeconds: 30 });
  for await (const { subject, title, ...claim } of timeline) {
    claims[subject] = { version: claim.version, state: claim.state, ...(version === 2 && { title }) };
  }
  return claims;
}

/** What a view of the first version is at a position. */
async function foldedUpTo(position: string): Promise<FoldedClaims> {
  const { initial, apply } = foldOfClaims(1);
  let claims = initial();
  for await (const item of client.replay({ until: position })) claims = apply(claims, item);
  return claims;
}

t.test('in memory: connections cut at random, closed and opened again', async (t) => {
  const { hostname: host, port } = new URL(service.baseUrl);
  const proxy = await startTcpProxy(t, { host, port: Number(port) });
  const throughProxy = new Ledgerline({ url: `http://127.0.0.1:${proxy.port}` });
  const store = memoryStore<FoldedClaims>();
  const kept: SavedView<FoldedClaims>[] = [];
  const writing = startWriting(1);
  for (let life = 0; life < KILLS; life += 1) {
    let applied = 0;
    const fold = foldOfClaims(1);
    const view = throughProxy.localView<FoldedClaims>({
      ...fold,
      apply(claims, item) {
        applied += 1;
        if (applied % 97 === 0) proxy.cut();
        return fold.apply(claims, item);
      },
      store,
      saveEveryMs: 1,
    });
    await until(() => applied > 100);
    await view.close();
    const saved = await store.load();
    if (saved !== null) kept.push(saved);
  }
  const end = await writing.stop();
  t.equal(kept.length, KILLS);
  for (const { position, state } of kept) t.strictSame(state, await foldedUpTo(position));
  for (const version of [1, 2] as const) {
    const view = throughProxy.localView<FoldedClaims>({ ...foldOfClaims(version), store });
    await view.until(end, AbortSignal.timeout(60_000));
    t.strictSame(view.state, await served(version, end));
    await view.close();
  }
});

t.test('in a file: its process killed at random', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'll-kept-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'claims.json');
  const follow = (version: 1 | 2, ...position: string[]) =>
    startProcess(t, { name: 'a local view', args: [follower, service.baseUrl, file, `${version}`, ...position] });
  const writing = startWriting(2);
  const kept: SavedView<FoldedClaims>[] = [];
  for (let life = 0; life < KILLS; life += 1) {
    const child = await follow(1);
    await child.output.waitFor(/^saved/, 60_000);
    await delay(Math.random() * 30);
    await child.kill();
    kept.push(JSON.parse(await readFile(file, 'utf8')) as SavedView<FoldedClaims>);
  }
  const end = await writing.stop();
  t.ok(new Set(kept.map(({ position }) => position)).size > 1);
  for (const { position, state } of kept) t.strictSame(state, await foldedUpTo(position));
  for (const version of [1, 2] as const) {
    const child = await follow(version, end);
    t.equal((await child.exited).code, 0);
    const [applied = '', state = ''] = child.output.lines().slice(-2);
    t.strictSame(JSON.parse(state), await served(version, end));
    const isAnew = Number(applied.split(' ')[1]) === written;
    t.equal(isAnew, version === 2, `version ${version} ${applied} of ${written}`);
  }
});

t.test('in IndexedDB: its page reloaded and killed', async (t) => {
  const site = await startSite(t);
  if (site === null) {
    t.pass('not run', { skip: 'a local view in a browser: install chromium' });
    return;
  }
  const start = async (page: Page, version: 1 | 2) =>
    await page.evaluate(`(async () => {
      const { Ledgerline, indexedDbStore } = await import('/src/index.ts');
      const { foldOfClaims } = await import('/test/fixture/fold-claims.ts');
      const fold = foldOfClaims(${version});
      globalThis.applied = 0;
      const apply = (claims, item) => { globalThis.applied += 1; return fold.apply(claims, item); };
      const store = indexedDbStore('claims');
      globalThis.saves = 0;
      const save = async (saved) => { await store.save(saved); globalThis.saves += 1; };
      globalThis.kept = await store.load();
      const client = new Ledgerline({ url: '${service.baseUrl}' });
      globalThis.view = client.localView({ ...fold, apply, store: { load: store.load, save }, saveEveryMs: 1 });
      globalThis.view.ended.catch((error) => { globalThis.fault = String(error.cause ?? error); });
    })()`);
  const writing = startWriting(3);
  const kept: (SavedView<FoldedClaims> | null)[] = [];
  let page = await site.open();
  for (let life = 0; life < KILLS; life += 1) {
    await start(page, 1);
    kept.push(await page.evaluate('globalThis.kept'));
    await page.waitForFunction('globalThis.saves > 0');
    await delay(Math.random() * 30);
    if (life % 2 === 0) await page.reload();
    else {
      await site.crash(page);
      page = await site.open();
    }
  }
  const end = await writing.stop();
  t.equal(kept[0], null);
  const found = kept.filter((one) => one !== null);
  t.equal(found.length, KILLS - 1);
  t.ok(new Set(found.map(({ position }) => position)).size > 1);
  for (const { position, state } of found) t.strictSame(state, await foldedUpTo(position));
  for (const version of [1, 2] as const) {
    await start(page, version);
    await page.evaluate(`globalThis.view.until('${end}', AbortSignal.timeout(60_000))`);
    t.strictSame(await page.evaluate('globalThis.view.state'), await served(version, end));
    const applied = Number(await page.evaluate('globalThis.applied'));
    t.equal(applied === written, version === 2, `version ${version} applied ${applied} of ${written}`);
    t.equal(await page.evaluate('globalThis.fault'), undefined);
    await page.reload();
  }
  const handedOver = `(async () => {
    const { indexedDbStore } = await import('/src/index.ts');
    const store = indexedDbStore('another');
    const found = [];
    for (const last of [2, 3]) {
      const state = [1];
      const saving = store.save({ version: 1, position: 'p', state });
      state.push(last);
      await saving;
      found.push((await store.load()).state);
    }
    return found;
  })()`;
  t.strictSame(await page.evaluate(handedOver), [[1], [1]], 'kept as it was when it was handed over');
});
