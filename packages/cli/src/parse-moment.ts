/** Where to begin or end, as people write it: `1h`, `2d` ago; a position, a time, or a word of the interface as they are. */

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

export function parseMoment(text: string, now: () => number = Date.now): string {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return text;
  return new Date(now() - Number(count) * unitMs[unit as keyof typeof unitMs]).toISOString();
}
