import fc from 'fast-check';
import t from 'tap';
import { LineSplitter } from '../src/modes/line-splitter.ts';

function splitPieces(pieces: readonly Buffer[], maxLineBytes: number): [number, string | null][] {
  const splitter = new LineSplitter(maxLineBytes);
  const lines = pieces.flatMap((piece) => Array.from(splitter.split(piece)));
  return [...lines, ...splitter.end()].map(({ number, bytes }) => [number, bytes === null ? null : bytes.toString()]);
}

t.test('lines come out the same however the bytes are cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\r', '\t'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', ''), fc.array(fc.nat(60)), (lines, last, cuts) => {
      const bytes = Buffer.from(lines.join('\n') + last);
      const at = cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b);
      const pieces = [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
      const expected = lines
        .map((text, index): [number, string] => [index + 1, text.replace(/\r$/, '')])
        .filter(([, text]) => !/^[ \t]*$/.test(text))
        .map(([number, text]): [number, string | null] => [number, Buffer.byteLength(text) > 20 ? null : text]);
      return JSON.stringify(splitPieces(pieces, 20)) === JSON.stringify(expected);
    }),
    { numRuns: 2_000 },
  );
});

t.test('a line that is too long is passed over, and the next is whole', async (t) => {
  const pieces = ['a\n', 'x'.repeat(8), 'x'.repeat(8), 'x'.repeat(100), '\nb\n', `${'y'.repeat(10)}\r\n`, 'last'];
  t.same(
    splitPieces(
      pieces.map((piece) => Buffer.from(piece)),
      10,
    ),
    [
      [1, 'a'],
      [2, null],
      [3, 'b'],
      [4, 'y'.repeat(10)],
      [5, 'last'],
    ],
  );
});
