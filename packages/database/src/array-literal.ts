/** Arrays as PostgreSQL writes them, made here once rather than by pg element by element. */

/** Needs no quotes: none of these characters means anything within braces, and it is not the word null. */
const plain = /^(?!null$)[A-Za-z0-9._:~+\-/@%]+$/i;

/** For a parameter that is an array of text, of numbers, or of anything else whose elements are written as given. */
export function toArrayLiteral(values: readonly (string | number | null)[]): string {
  let literal = '{';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) literal += ',';
    const value = values[index] as string | number | null;
    if (typeof value === 'string') literal += plain.test(value) ? value : quoted(value);
    else literal += value === null ? 'NULL' : String(value);
  }
  return `${literal}}`;
}

/** What JSON writes otherwise than by a backslash before the character. */
const control = /[\u0000-\u001f\ud800-\udfff]/;

/** Of the rest JSON makes what an array takes, several times as fast (states are JSON, full of quotes). */
const quoted = (value: string): string =>
  control.test(value) ? `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"` : JSON.stringify(value);
