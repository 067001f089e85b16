/** "Did you mean": the known name that takes the fewest edits, if it takes few. */

/** null where nothing is near: more than a third of the letters, and more than two, would have to change. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const written = name.slice(0, 100).toLowerCase();
  let nearest: string | null = null;
  let fewest = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(written, candidate.toLowerCase());
    if (edits < fewest) [nearest, fewest] = [candidate, edits];
  }
  return nearest;
}

/** Levenshtein, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const kept = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(kept, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
