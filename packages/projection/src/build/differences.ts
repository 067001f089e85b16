/** How two builds of a view differ, or a view and its log: counted in full, and named by examples. */

export type DifferenceKind = 'missing' | 'extra' | 'changed';

export type DifferenceExample = {
  readonly kind: DifferenceKind;
  /** The view's table, or `log` where a record was looked for in the rows. */
  readonly table: string;
  readonly partition: number | null;
  /** The row's primary key, or a record's place and event. */
  readonly key: Readonly<Record<string, unknown>>;
  /** The columns that differ, of a changed row. */
  readonly columns: readonly string[];
};

export type PartitionDifferences = {
  /** null: the table does not say. */
  readonly partition: number | null;
  readonly expected: number;
  readonly found: number;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
};

export type Differences = {
  /** Rows as they should be, by the log. */
  readonly expected: number;
  /** Rows there are. */
  readonly found: number;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  readonly partitions: readonly PartitionDifferences[];
  /** At most `maxExamples`. */
  readonly examples: readonly DifferenceExample[];
};

export const maxExamples = 20;

export function isEqual({ missing, extra, changed }: Differences): boolean {
  return missing + extra + changed === 0;
}

/** "3 rows missing, 1 changed" of what is live, against what the log gives. */
export function describeDifferences({ missing, extra, changed }: Differences): string {
  const parts = [
    missing > 0 && `${missing} missing`,
    extra > 0 && `${extra} too many`,
    changed > 0 && `${changed} changed`,
  ];
  return `the live rows differ from the log's: ${parts.filter((part) => part !== false).join(', ')}`;
}

type Counts = { expected: number; found: number; missing: number; extra: number; changed: number };

export type DifferenceCount = {
  rows(partition: number | null, expected: number, found: number): void;
  /** `count` of them besides, without examples. */
  differs(example: DifferenceExample): void;
  /** Whether a further example would be kept. */
  wantsExamples(): boolean;
  total(): Differences;
};

export function countDifferences(): DifferenceCount {
  const byPartition = new Map<number | null, Counts>();
  const examples: DifferenceExample[] = [];
  const of = (partition: number | null): Counts => {
    const counts = byPartition.get(partition) ?? { expected: 0, found: 0, missing: 0, extra: 0, changed: 0 };
    byPartition.set(partition, counts);
    return counts;
  };
  return {
    rows(partition, expected, found) {
      const counts = of(partition);
      counts.expected += expected;
      counts.found += found;
    },
    differs(example) {
      of(example.partition)[example.kind] += 1;
      if (examples.length < maxExamples) examples.push(example);
    },
    wantsExamples: () => examples.length < maxExamples,
    total() {
      const partitions = [...byPartition]
        .map(([partition, counts]) => ({ partition, ...counts }))
        .toSorted((a, b) => (a.partition ?? Number.MAX_SAFE_INTEGER) - (b.partition ?? Number.MAX_SAFE_INTEGER));
      const sum = (count: (counts: Counts) => number) => partitions.reduce((total, counts) => total + count(counts), 0);
      return {
        expected: sum(({ expected }) => expected),
        found: sum(({ found }) => found),
        missing: sum(({ missing }) => missing),
        extra: sum(({ extra }) => extra),
        changed: sum(({ changed }) => changed),
        partitions,
        examples,
      };
    },
  };
}

/** Of two comparisons made one after the other. */
export function addDifferences(one: Differences, other: Differences): Differences {
  const partitions = new Map<number | null, PartitionDifferences>();
  for (const part of [...one.partitions, ...other.partitions]) {
    const before = partitions.get(part.partition);
    partitions.set(part.partition, before === undefined ? part : addCounts(before, part));
  }
  return {
    ...addCounts(one, other),
    partitions: [...partitions.values()],
    examples: [...one.examples, ...other.examples].slice(0, maxExamples),
  };
}

function addCounts<C extends Counts>(one: C, other: Counts): C {
  return {
    ...one,
    expected: one.expected + other.expected,
    found: one.found + other.found,
    missing: one.missing + other.missing,
    extra: one.extra + other.extra,
    changed: one.changed + other.changed,
  };
}
