/**
 * The bytes of one stream on its way out. It knows how much the client has not taken yet, and never queues without
 * being asked: keeping within a budget is the caller's.
 */
import type { ServerResponse } from 'node:http';

export type StreamWriter = {
  /** Bytes that are waiting for the client in this process. */
  pending(): number;
  write(bytes: Buffer): void;
  /**
   * True once the client has taken all that waited, at once where it isn't much. False where that has not happened
   * within `timeoutMs`, or the stream is closed.
   */
  drained(timeoutMs: number): Promise<boolean>;
  /** Lets the client take what waits for a moment, then closes. Idempotent. */
  end(): void;
  isOpen(): boolean;
  /** Resolves when the connection is gone or given up, whoever closed it. */
  readonly closed: Promise<void>;
};

/** What is left then is not worth waiting for: the client has its position. */
const FLUSH_MS = 2_000;

/**
 * Sends the head. The end of the stream is the end of the connection: without chunks, a gathered buffer goes to every
 * socket as it is, in one write.
 */
export function openStreamWriter(response: ServerResponse, headers: Readonly<Record<string, string>>): StreamWriter {
  let open = true;
  let waiting: ((drained: boolean) => void) | null = null;
  const closed = Promise.withResolvers<void>();
  const over = () => {
    open = false;
    waiting?.(false);
    closed.resolve();
  };
  response.once('close', over);
  response.on('error', over);
  response.removeHeader('transfer-encoding');
  response.writeHead(200, { ...headers, connection: 'close' });
  response.flushHeaders();

  return {
    pending: () => response.writableLength,
    write(bytes) {
      if (open) response.write(bytes);
    },
    async drained(timeoutMs) {
      if (!open) return false;
      if (!response.writableNeedDrain) return true;
      const drain = Promise.withResolvers<boolean>();
      const yes = () => drain.resolve(true);
      response.once('drain', yes);
      waiting = drain.resolve;
      const timer = setTimeout(() => drain.resolve(false), timeoutMs);
      const isDrained = await drain.promise;
      waiting = null;
      clearTimeout(timer);
      response.off('drain', yes);
      return isDrained;
    },
    end() {
      if (!open) return;
      over();
      const timer = setTimeout(() => response.destroy(), FLUSH_MS);
      response.once('close', () => clearTimeout(timer));
      response.end();
    },
    isOpen: () => open,
    closed: closed.promise,
  };
}
