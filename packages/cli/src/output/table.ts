/** Tables for people. Nothing that a claim says can move the cursor or colour the terminal. */

export type Column<T> = {
  readonly title: string;
  readonly value: (item: T) => string | number | null | undefined;
  readonly align?: 'right';
  /** In characters; longer text ends in an ellipsis. */
  readonly maxWidth?: number;
};

/** Lines with line ends, the titles first. */
export function formatTable<T>(columns: readonly Column<T>[], items: readonly T[]): string {
  const rows = items.map((item) => columns.map((column) => toCell(column.value(item), column.maxWidth)));
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, index) =>
    Math.max(...[title, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  );
  const toLine = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return columns[index]?.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [titles, ...rows].map((cells) => `${toLine(cells)}\n`).join('');
}

const segmenter = new Intl.Segmenter();

const charactersOf = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);

const widthOf = (text: string) => charactersOf(text).length;

function toCell(value: string | number | null | undefined, maxWidth = 60): string {
  const text = charactersOf(printable(String(value ?? '')));
  return text.length > maxWidth ? `${text.slice(0, maxWidth - 1).join('')}…` : text.join('');
}

/** Control characters, line breaks and directional overrides become visible blanks. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, '␣');
}
