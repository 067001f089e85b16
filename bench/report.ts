/** Figures of one run, side by side: medians over alternating rounds, as ratios of the limit measured beside them. */

export type Sample = {
  readonly name: string;
  /** Or whatever is counted. */
  readonly eventsPerSecond: number;
  readonly note?: string;
};

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Prints a round's figure as soon as it is there, and gives it back: a run takes minutes. */
export function tell(sample: Sample): Sample {
  console.log(
    `- ${sample.name}: ${Math.round(sample.eventsPerSecond)} events/s${sample.note ? `; ${sample.note}` : ''}`,
  );
  return sample;
}

/** Prints a table; the first name is the limit that the ratios are of. */
export function report(title: string, samples: readonly Sample[], unit = 'events/s'): void {
  const byName = Map.groupBy(samples, ({ name }) => name);
  const [limit] = byName.keys();
  const base = median((byName.get(limit ?? '') ?? []).map(({ eventsPerSecond }) => eventsPerSecond));
  console.log(`\n${title}`);
  console.log(`| what | ${unit} (median) | min–max | ratio | |`);
  console.log('|---|---|---|---|---|');
  for (const [name, rounds] of byName) {
    const rates = rounds.map(({ eventsPerSecond }) => Math.round(eventsPerSecond));
    const middle = median(rates);
    const notes = rounds.map(({ note }) => note).filter((note) => note !== undefined);
    const range = `${Math.min(...rates)}–${Math.max(...rates)}`;
    console.log(`| ${name} | ${middle} | ${range} | ${(middle / base).toFixed(2)} | ${notes.at(-1) ?? ''} |`);
  }
}
