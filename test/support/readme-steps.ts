/** The README's own commands and answers, in order: what it shows is what is run. */
import { readFile } from 'node:fs/promises';
import { projectUrl } from './project.ts';

export type ReadmeStep = {
  /** The shell lines of one block, as printed. */
  readonly command: string;
  /** The JSON block right after it, if there is one; "…" stands for any text. */
  readonly answer: unknown;
};

const block = /```(sh|json)\n([\s\S]*?)```/g;

/** Blocks that call the HTTP interface, by hand or by the command line. */
export async function readmeSteps(): Promise<ReadmeStep[]> {
  const text = await readFile(new URL('README.md', projectUrl), 'utf8');
  const blocks = [...text.matchAll(block)].map(([, language = '', body = '']) => ({ language, body }));
  return blocks.flatMap(({ language, body }, index) => {
    if (language !== 'sh' || !/curl |ledgerline -- rebuild/.test(body)) return [];
    const next = blocks[index + 1];
    return [{ command: body, answer: next?.language === 'json' ? (JSON.parse(next.body) as unknown) : undefined }];
  });
}

/** Takes "…" for whatever text stands in its place. */
export function withWildcards(expected: unknown, found: unknown): unknown {
  if (expected === '…') return typeof found === 'string' ? found : expected;
  if (Array.isArray(expected)) return expected.map((one, index) => withWildcards(one, (found as unknown[])?.[index]));
  if (typeof expected !== 'object' || expected === null) return expected;
  const other = (found ?? {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(expected).map(([key, one]) => [key, withWildcards(one, other[key])]));
}
