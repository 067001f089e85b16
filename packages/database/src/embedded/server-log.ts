/**
 * What the server writes to stderr, in a file of bounded size beside its data. A file and not a pipe: the server
 * outlives a killed Node and must not lose its log with it.
 */
import { closeSync, copyFileSync, openSync } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';

export type ServerLog = {
  /** For the child's stdio. Opened for append, so truncating moves the writer as well. */
  readonly fd: number;
  readonly file: string;
  /** In bytes; 0 where the file is gone. */
  size(): Promise<number>;
  /** The last lines written since `from` bytes, at most 20. */
  tail(from: number): Promise<string>;
  /** Whether the server wrote anything since `from` bytes but that it takes no connections yet. */
  saysMore(from: number): Promise<boolean>;
  /** Moves a grown file's content to `<file>.1`. */
  trim(): Promise<void>;
  close(): void;
};

const MAX_BYTES = 8 * 2 ** 20;
const TAIL_BYTES = 8192;
const NEWS_BYTES = 2 ** 20;
/** What it answers to us and everybody else who tries to connect meanwhile. */
const REFUSAL = /FATAL: +the database system is|DETAIL: +(Consistent recovery state|Recovery snapshot)/;

export function openServerLog(file: string): ServerLog {
  const fd = openSync(file, 'a', 0o600);
  const size = async () => (await stat(file).catch(() => ({ size: 0 }))).size;
  const readFrom = async (from: number, maxBytes: number): Promise<string> => {
    const end = await size();
    const start = Math.max(Math.min(from, end), end - maxBytes, 0);
    const handle = await open(file).catch(() => undefined);
    if (handle === undefined) return '';
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await handle.close();
    }
  };
  return {
    fd,
    file,
    size,
    async tail(from) {
      return (await readFrom(from, TAIL_BYTES)).trim().split('\n').slice(-20).join('\n');
    },
    async saysMore(from) {
      const lines = (await readFrom(from, NEWS_BYTES)).split('\n');
      return lines.some((line) => line !== '' && !REFUSAL.test(line));
    },
    async trim() {
      if ((await size()) < MAX_BYTES) return;
      // Lines written between the two steps are lost, and all of them on a full disk, where room matters more.
      try {
        copyFileSync(file, `${file}.1`);
      } finally {
        await truncate(file);
      }
    },
    close: () => closeSync(fd),
  };
}
