import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPositionToken } from '@ledgerline/log';
import t, { type Test } from 'tap';
import { fileStore, Ledgerline, type LocalViewOptions, memoryStore, type ViewStore } from '../src/index.ts';
import { sendFrames, sendProblem, startScriptedServer } from './fixture/scripted-server.ts';
import { until } from './fixture/until.ts';

const positionAt = (n: number, logId = 'log') => toPositionToken({ logId, offsets: [n] });

/** A log of one partition with `length` events, streamed from wherever it is asked. */
async function startLog(t: Test, length: number, logId = 'log') {
  return await startScriptedServer(t, ({ url }, response) => {
    const after = url.searchParams.get('after') ?? '';
    const from = after === 'earliest' ? 0 : [...Array(length + 1).keys()].find((n) => positionAt(n, logId) === after);
    if (from === undefined) return sendProblem(response, 400, 'bad-position');
    const items = [...Array(length).keys()].slice(from).map((offset) => {
      const position = positionAt(offset + 1, logId);
      return { event: 'message', id: position, data: { offset, partition: 0, position } };
    });
    sendFrames(response, [...items, { event: 'caught-up', id: positionAt(length, logId), data: {} }]);
  });
}

type Offsets = readonly number[];
const offsets = (
  store: ViewStore<Offsets>,
  rest: Partial<LocalViewOptions<Offsets>> = {},
): LocalViewOptions<Offsets> => ({
  initial: () => [],
  apply: (state, { offset }) => [...state, offset],
  version: 1,
  store,
  ...rest,
});

async function temporaryFile(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'll-view-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'view.json');
}

for (const kind of ['memory', 'file'] as const) {
  const storeOf = async (t: Test) =>
    kind === 'memory' ? memoryStore<Offsets>() : fileStore<Offsets>(await temporaryFile(t));

  t.test(`a view in a ${kind} store goes on from what was saved`, async (t) => {
    const store = await storeOf(t);
    const first = new Ledgerline({ url: (await startLog(t, 3)).url }).localView(offsets(store));
    await first.until(positionAt(3));
    t.strictSame(first.state, [0, 1, 2]);
    await first.close();
    t.strictSame(await store.load(), { version: 1, position: positionAt(3), state: [0, 1, 2] });

    const server = await startLog(t, 5);
    const second = new Ledgerline({ url: server.url }).localView(offsets(store));
    await second.until(positionAt(5));
    t.strictSame(second.state, [0, 1, 2, 3, 4]);
    t.equal(server.received[0]?.url.searchParams.get('after'), positionAt(3));
    await until(() => second.status === 'live');
    await second.close();
    t.equal(second.status, 'closed');
  });

  t.test(`what a ${kind} store keeps is the state as it was when it was handed over`, async (t) => {
    const store = await storeOf(t);
    const state = [1];
    const saving = store.save({ version: 1, position: positionAt(1), state });
    state.push(2);
    await saving;
    t.strictSame(await store.load(), { version: 1, position: positionAt(1), state: [1] });
  });

  t.test(`a new version, or another log, folds a ${kind} store anew`, async (t) => {
    const store = await storeOf(t);
    await store.save({ version: 1, position: positionAt(2), state: [7, 7] });
    const newer = new Ledgerline({ url: (await startLog(t, 3)).url }).localView(offsets(store, { version: 2 }));
    await newer.until(positionAt(3));
    t.strictSame(newer.state, [0, 1, 2]);
    await newer.close();

    const elsewhere = await startLog(t, 1, 'another');
    const moved = new Ledgerline({ url: elsewhere.url }).localView(offsets(store, { version: 2 }));
    await moved.until(positionAt(1, 'another'));
    t.strictSame(moved.state, [0]);
    await moved.close();
  });
}

t.test('what is saved is never a state beside its position, whenever it is ended', async (t) => {
  const server = await startLog(t, 500);
  for (const seenBefore of [1, 50, 333]) {
    const saved: { position: string; state: Offsets }[] = [];
    const store: ViewStore<Offsets> = {
      load: () => Promise.resolve(null),
      save: (one) => {
        saved.push({ ...one, state: [...one.state] });
        return Promise.resolve();
      },
    };
    let seen = 0;
    const apply = (state: Offsets, { offset }: { offset: number }) => {
      seen += 1;
      if (seen === seenBefore) queueMicrotask(() => void view.close());
      return [...state, offset];
    };
    const view = new Ledgerline({ url: server.url }).localView(offsets(store, { apply, saveEveryMs: 1 }));
    await view.ended;
    t.ok(saved.length > 0);
    for (const { position, state } of saved) t.equal(position, positionAt(state.length));
  }
});

t.test('a file that is cut short is no view, and nothing is left beside it', async (t) => {
  const path = await temporaryFile(t);
  await writeFile(path, '{"version":1,"posi');
  const store = fileStore<Offsets>(path);
  t.equal(await store.load(), null);
  await store.save({ version: 1, position: 'p', state: [1] });
  t.strictSame(await readdir(join(path, '..')), ['view.json']);
});

t.test('a fold that throws ends the view with its error; so does a store that fails', async (t) => {
  const { url } = await startLog(t, 3);
  const apply = () => {
    throw new Error('cannot fold');
  };
  const broken = new Ledgerline({ url }).localView(offsets(memoryStore(), { apply }));
  await t.rejects(broken.ended, { message: 'cannot fold' });
  await t.rejects(broken.until(positionAt(1)), { message: 'the view is closed' });

  const full = { load: () => Promise.resolve(null), save: () => Promise.reject(new Error('disk full')) };
  const view = new Ledgerline({ url }).localView(offsets(full, { saveEveryMs: 1 }));
  await t.rejects(view.ended, { message: 'disk full' });
});

t.test('a state that a fold has altered before it threw is not kept', async (t) => {
  const { url } = await startLog(t, 5);
  const store = memoryStore<number[]>();
  const view = new Ledgerline({ url }).localView<number[]>({
    initial: () => [],
    apply(state, { offset }) {
      state.push(offset);
      if (offset === 3) throw new Error('cannot fold');
      return state;
    },
    version: 1,
    store,
  });
  await t.rejects(view.ended, { message: 'cannot fold' });
  const saved = await store.load();
  t.equal(saved === null ? null : saved.position, saved === null ? null : positionAt(saved.state.length));
});

t.test('waiting for a position can be given up', async (t) => {
  const view = new Ledgerline({ url: (await startLog(t, 1)).url }).localView(offsets(memoryStore()));
  await t.rejects(view.until(positionAt(2), AbortSignal.timeout(50)), { name: 'TimeoutError' });
  await view.close();
});

t.test('without a connection the view says that it is stale', async (t) => {
  const server = await startScriptedServer(t, (_received, response, nth) => {
    if (nth > 0) return void response.destroy();
    sendFrames(response, [{ event: 'caught-up', id: positionAt(0), data: {} }]);
    response.end();
  });
  const statuses: string[] = [];
  const view = new Ledgerline({ url: server.url }).localView(
    offsets(memoryStore(), { onStatus: (status) => statuses.push(status) }),
  );
  await until(() => view.status === 'stale');
  await view.close();
  t.strictSame(statuses, ['live', 'stale', 'closed']);
});
