/** How far an import has come, in a file: written whole and moved into place after every request that was answered. */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../exit-codes.ts';
import type { Start } from './read-rows.ts';

type Saved = Start & { readonly head: string };

const HEAD_BYTES = 64 * 1024;

export type Checkpoint = {
  readonly start: Start;
  save(to: Start): Promise<void>;
  /** The import is done. */
  remove(): Promise<void>;
};

/**
 * @param path of the checkpoint
 * @throws UsageError where it is of an input that begins differently
 */
export async function openCheckpoint(path: string, input: string): Promise<Checkpoint> {
  const saved = await read(path);
  const start: Start = saved ? { line: saved.line, bytes: saved.bytes } : { line: 0, bytes: 0 };
  const headBytes = saved ? Math.min(saved.bytes, HEAD_BYTES) : 0;
  if (saved && (await hashHead(input, headBytes)) !== saved.head) {
    throw new UsageError(`${path} is of another file than ${input}: remove it, or name the file it is of`);
  }
  return {
    start,
    async save({ line, bytes }) {
      const head = await hashHead(input, Math.min(bytes, HEAD_BYTES));
      await writeFile(`${path}.new`, `${JSON.stringify({ line, bytes, head } satisfies Saved)}\n`);
      await rename(`${path}.new`, path);
    },
    remove: () => rm(path, { force: true }),
  };
}

async function read(path: string): Promise<Saved | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const { line, bytes, head } = JSON.parse(text) as Partial<Saved>;
    if (Number.isSafeInteger(line) && Number.isSafeInteger(bytes) && typeof head === 'string') {
      return { line: line as number, bytes: bytes as number, head };
    }
  } catch {
    // said below
  }
  throw new UsageError(`${path} is no checkpoint of an import`);
}

async function hashHead(path: string, bytes: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
  } finally {
    await file.close();
  }
}
