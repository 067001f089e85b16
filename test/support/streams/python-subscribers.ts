/** httpx-sse for Python: one process, a thread a stream. */
import { fileURLToPath } from 'node:url';
import { preparePython, startProcess, type Teardown } from '@ledgerline/testkit';
import type { Item } from './stream-item.ts';
import type { Subscriber } from './subscriber.ts';

const program = fileURLToPath(new URL('subscribe.py', import.meta.url));

/** null where there is no Python, or no way to the package. */
export async function subscribeWithPython(
  t: Teardown,
  streams: readonly { readonly baseUrl: string; readonly path: string }[],
): Promise<Subscriber[] | null> {
  const python = await preparePython({
    name: 'httpx-sse',
    packages: ['httpx==0.28.1', 'httpx-sse==0.4.3'],
    imports: ['httpx', 'httpx_sse'],
  });
  if (python === null) return null;
  const urls = streams.map(({ baseUrl, path }) => `${baseUrl}${path}`);
  const child = await startProcess(t, { name: 'python', command: python.path, args: [program, ...urls] });
  return streams.map(({ path }, index) => ({
    name: 'httpx-sse in Python',
    path,
    received(atLeast) {
      const items = child.output
        .lines()
        .filter((line) => line.startsWith(`${index}\t`))
        .map((line): Item => {
          const [, lane = '', key = ''] = line.split('\t');
          return { lane, key };
        });
      return Promise.resolve(items.length < atLeast ? null : items);
    },
    stop: () => undefined,
  }));
}
