/** RFC 5545's text: lines of at most 75 bytes, escaped values, days. */

const MAX_LINE_BYTES = 75;
const DAY_MS = 86_400_000;

/** The end of an all-day event is the day it no longer covers. */
export const dayAfter = (day: string) => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);

export const compact = (text: string) => text.replaceAll(/[-:]/g, '');

export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', String.raw`\;`)
    .replaceAll(',', String.raw`\,`)
    .replaceAll(/\r\n|\r|\n/g, String.raw`\n`)
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ');
}

export const toLines = (lines: readonly string[]) => lines.map((line) => `${fold(line)}\r\n`).join('');

/** Lines of at most 75 bytes, never cut within a character. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return line;
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > MAX_LINE_BYTES) {
      parts.push(part);
      part = '';
      // The space that begins a continued line counts.
      bytes = 1;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join('\r\n ');
}
