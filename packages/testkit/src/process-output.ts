/** What a child process prints, as lines to wait for. Kept in full for the message of a test that fails. */
import type { Readable } from 'node:stream';

export type ProcessOutput = {
  /** stdout and stderr as they came. */
  text(): string;
  lines(): readonly string[];
  /** The first line, printed already or still to come, that matches. Rejects at the deadline, or when the output ends. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<string>;
};

type Waiter = { readonly pattern: RegExp; resolve(line: string): void; reject(error: Error): void };

const LINE_TIMEOUT_MS = 30_000;

/** @param name for messages; @param over resolves, with what to say, when no more can come */
export function captureOutput(name: string, streams: readonly Readable[], over: Promise<string>): ProcessOutput {
  const lines: string[] = [];
  const waiters = new Set<Waiter>();
  let ending: string | undefined;

  const take = (line: string) => {
    lines.push(line);
    for (const waiter of waiters) if (waiter.pattern.test(line)) waiter.resolve(line);
  };
  for (const stream of streams) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) take(line);
    });
    stream.on('end', () => {
      if (rest !== '') take(rest);
    });
  }
  const complaint = (what: string) => new Error(`${name} ${what}; it printed:\n${lines.slice(-50).join('\n')}`);
  void over.then((how) => {
    ending = how;
    for (const waiter of waiters) waiter.reject(complaint(`${how} without printing ${waiter.pattern}`));
  });

  return {
    text: () => lines.join('\n'),
    lines: () => lines,
    async waitFor(pattern, timeoutMs = LINE_TIMEOUT_MS) {
      const printed = lines.find((line) => pattern.test(line));
      if (printed !== undefined) return printed;
      if (ending !== undefined) throw complaint(`${ending} without printing ${pattern}`);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const waiter = { pattern, resolve, reject };
      const deadline = setTimeout(() => reject(complaint(`did not print ${pattern} in ${timeoutMs} ms`)), timeoutMs);
      waiters.add(waiter);
      return await promise.finally(() => {
        clearTimeout(deadline);
        waiters.delete(waiter);
      });
    },
  };
}
