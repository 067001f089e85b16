/** Reading a topic with kcat: what any other program would find in it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 30_000;

export type KcatRecord = {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: string;
};

/** As kcat -J prints a record. */
type Envelope = {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly headers?: readonly string[];
  readonly payload: string;
};

export async function hasKcat(): Promise<boolean> {
  return await run('kcat', ['-V'], { timeout: TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}

/** The whole topic, from the beginning to its present end. */
export async function readTopic(brokers: readonly string[], topic: string): Promise<KcatRecord[]> {
  const args = ['-b', brokers.join(','), '-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-J'];
  const { stdout } = await run('kcat', args, { timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { partition, offset, key, headers = [], payload } = JSON.parse(line) as Envelope;
      // Names and values in turn.
      const pairs = headers.flatMap((name, index) =>
        index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : [],
      );
      return { partition, offset, key, payload, headers: new Map(pairs) };
    });
}
