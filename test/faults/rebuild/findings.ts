/** What a trial found wrong, counted by kind and named by a few, and what it counted that is as it should be. */

export type Finding =
  | 'failed read'
  | 'stale read'
  | 'older position'
  | 'other bytes'
  | 'failed write'
  | 'stream'
  | 'rebuild';

export type Findings = {
  wrong(kind: Finding, what: string): void;
  count(what: string, by?: number): void;
  /** The longest of its kind, in milliseconds. */
  longest(what: string, ms: number): void;
  readonly wrongs: ReadonlyMap<Finding, number>;
  counted(what: string): number;
  lines(): string[];
};

const EXAMPLES = 8;

export function createFindings(): Findings {
  const wrongs = new Map<Finding, number>();
  const examples: string[] = [];
  const counts = new Map<string, number>();
  const longest = new Map<string, number>();
  return {
    wrongs,
    counted: (what) => counts.get(what) ?? 0,
    wrong(kind, what) {
      const known = wrongs.get(kind) ?? 0;
      wrongs.set(kind, known + 1);
      if (known < EXAMPLES) examples.push(`${kind}: ${what.slice(0, 400)}`);
    },
    count: (what, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by),
    longest: (what, ms) => void longest.set(what, Math.max(longest.get(what) ?? 0, ms)),
    lines: () => [
      ...[...counts].map(([what, count]) => `${what.padEnd(28)} ${count}`),
      ...[...longest].map(([what, ms]) => `${`longest ${what}`.padEnd(28)} ${Math.round(ms)} ms`),
      ...[...wrongs].map(([kind, count]) => `WRONG ${kind}: ${count}`),
      ...examples,
    ],
  };
}
