/** Text as filters and search compare it: lower case, without diacritics, `ł`, `ø` and `đ` as `l`, `o` and `d`. */

const ascii = /^[\u0000-\u007f]*$/;
const strokes: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd' };

/** Folding folded text changes nothing. */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[łøđ]/g, (letter) => strokes[letter] ?? letter)
    .normalize('NFC');
}
