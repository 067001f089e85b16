/** The lines of a body as they arrive, parsed. A connection that breaks, or sends what is no JSON, is a ConnectionError. */
import { ConnectionError } from './errors.ts';

type Hooks = {
  /** Before each wait for more bytes. */
  readonly onWait?: () => void;
  readonly onBytes?: () => void;
};

/** An empty line, by which the other end says that it is alive, calls the hooks and yields nothing. */
export async function* readJsonLines(
  body: ReadableStream<Uint8Array>,
  { onWait, onBytes }: Hooks = {},
): AsyncGenerator {
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for (let ended = false; !ended; ) {
      onWait?.();
      const { done, value } = await reader.read().catch(broken);
      onBytes?.();
      ended = done;
      const lines = (rest + decode(decoder, value)).split('\n');
      rest = ended ? '' : (lines.pop() ?? '');
      for (const line of lines) if (line !== '') yield parse(line);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, value: Uint8Array | undefined): string {
  try {
    return decoder.decode(value, { stream: value !== undefined });
  } catch (error) {
    throw new ConnectionError('connection-failed', 'the answer is not UTF-8', { cause: error });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ConnectionError('connection-failed', 'a line of the answer is not JSON', { cause: error });
  }
}

function broken(cause: unknown): never {
  throw new ConnectionError('connection-failed', 'the connection broke off', { cause });
}
