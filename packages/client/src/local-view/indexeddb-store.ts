/** A local view in the browser's IndexedDB: one record, put in one transaction. */
import type { SavedView, ViewStore } from './view-store.ts';

/** What is used of the browser's interface; this package is checked without its types. */
type Request<T> = EventTarget & { readonly result: T; readonly error: unknown };
type Table = { get(key: string): Request<unknown>; put(value: unknown, key: string): Request<unknown> };
type Transaction = EventTarget & { objectStore(name: string): Table; readonly error: unknown };
type Database = {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: 'readonly' | 'readwrite', options?: { durability: 'strict' }): Transaction;
};
type IndexedDb = { open(name: string, version: number): Request<Database> };

const TABLE = 'views';

/**
 * @param name of the view: several may live in one database
 * @param database of the origin; `ledgerline` by default
 */
export function indexedDbStore<S>(name: string, database = 'ledgerline'): ViewStore<S> {
  let opening: Promise<Database> | null = null;
  let opened: Database | null = null;
  const open = async () => {
    opening ??= openDatabase(database);
    opened = await opening;
    return opened;
  };
  return {
    async load() {
      const transaction = (await open()).transaction(TABLE, 'readonly');
      const found = await settled(transaction.objectStore(TABLE).get(name));
      return (found as SavedView<S> | undefined) ?? null;
    },
    async save(saved) {
      // `put` copies what it is given at once; where something has to be awaited before it, the state may be altered by then.
      const kept = opened === null ? structuredClone(saved) : saved;
      const into = opened ?? (await open());
      const transaction = into.transaction(TABLE, 'readwrite', { durability: 'strict' });
      transaction.objectStore(TABLE).put(kept, name);
      await new Promise<void>((resolve, reject) => {
        transaction.addEventListener('complete', () => resolve());
        transaction.addEventListener('error', () => reject(toError(transaction.error)));
        transaction.addEventListener('abort', () => reject(toError(transaction.error)));
      });
    },
  };
}

async function openDatabase(name: string): Promise<Database> {
  const { indexedDB } = globalThis as unknown as { indexedDB?: IndexedDb };
  if (!indexedDB) throw new Error('there is no IndexedDB here: use fileStore or memoryStore');
  const request = indexedDB.open(name, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(TABLE));
  return await settled(request);
}

function settled<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(toError(request.error)));
  });
}

const toError = (cause: unknown) => new Error('IndexedDB failed', { cause });
