/** What a trial found wrong, counted by kind and named by a few, and what it counted that is as it should be. */

export type Finding =
  | 'failed read'
  | 'stale read'
  | 'older position'
  | 'other bytes'
  | 'failed write'
  | 'stream'
  | 'rebuild'
  /** Of what a trial is to show. */
  | 'not shown';

export type Findings = {
  wrong(kind: Finding, what: string): void;
  count(what: string, by?: number): void;
  /** One of its kind, in milliseconds. */
  took(what: string, ms: number): void;
  readonly wrongs: ReadonlyMap<Finding, number>;
  counted(what: string): number;
  lines(): string[];
};

const EXAMPLES = 8;

export function createFindings(): Findings {
  const wrongs = new Map<Finding, number>();
  const examples: string[] = [];
  const counts = new Map<string, number>();
  const times = new Map<string, { count: number; sum: number; longest: number }>();
  return {
    wrongs,
    counted: (what) => counts.get(what) ?? 0,
    wrong(kind, what) {
      const known = wrongs.get(kind) ?? 0;
      wrongs.set(kind, known + 1);
      if (known < EXAMPLES) examples.push(`${kind}: ${what.slice(0, 400)}`);
    },
    count: (what, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by),
    took(what, ms) {
      const { count, sum, longest } = times.get(what) ?? { count: 0, sum: 0, longest: 0 };
      times.set(what, { count: count + 1, sum: sum + ms, longest: Math.max(longest, ms) });
    },
    lines: () => [
      ...[...counts].map(([what, count]) => `${what.padEnd(28)} ${count}`),
      ...[...times].map(
        ([what, { count, sum, longest }]) =>
          `${what.padEnd(28)} ${count} times, ${Math.round(sum / count)} ms on average, ${Math.round(longest)} ms the longest`,
      ),
      ...[...wrongs].map(([kind, count]) => `WRONG ${kind}: ${count}`),
      ...examples,
    ],
  };
}
