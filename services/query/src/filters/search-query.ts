/**
 * What someone typed into a search box, for PostgreSQL: words, `"phrases"`, `-not`, `begin*`, folded like the indexed text.
 * Any input is taken, and nothing in it is an operator of tsquery or a regular expression: words are quoted and escaped.
 */
import { foldText } from '@ledgerline/events';

export type SearchQuery = {
  /** For `to_tsquery`: what a text must and must not have; null where only beginnings are excluded. */
  readonly tsquery: string | null;
  /** All of `tsquery` excludes: what has no lexeme left (a stop word) then excludes nothing. */
  readonly onlyNegations: boolean;
  /**
   * Beginnings of words the folded text must have, or must not, as regular expressions. The index holds stems, and the
   * stem of "crossings" does not begin with "crossi": its answer to `crossi*` is too wide and is checked by the text.
   */
  readonly beginnings: readonly { readonly pattern: string; readonly negated: boolean }[];
};

type Term = { readonly text: string; readonly negated: boolean; readonly prefix: boolean };

const term = /(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))/g;
/** Without a letter or digit there is no word, only an operator or punctuation. */
const word = /[\p{L}\p{N}]/u;

/** null where there is nothing to look for: no input, or operators without a word. */
export function parseSearch(input: string): SearchQuery | null {
  const terms: Term[] = [];
  let literal = false;
  for (const match of foldText(input).matchAll(term)) {
    const [, minus = '', phrase, bare = ''] = match;
    const text = phrase ?? bare.replace(/\*+$/, '');
    if (word.test(text)) {
      terms.push({ text, negated: minus === '-', prefix: phrase === undefined && bare.endsWith('*') });
    } else if (/[^\s*"-]/.test(text)) literal = true;
  }
  // Punctuation alone is no word of any text: looked for literally, nothing has it.
  if (terms.length === 0) return literal ? { tsquery: nothing, onlyNegations: false, beginnings: [] } : null;
  const indexed = terms.filter(({ negated, prefix }) => !(negated && prefix));
  return {
    tsquery: indexed.length > 0 ? indexed.map(toOperand).join(' & ') : null,
    onlyNegations: terms.every(({ negated }) => negated),
    beginnings: terms
      .filter(({ prefix }) => prefix)
      .map(({ text, negated }) => ({ pattern: `\\m${escapePattern(text)}`, negated })),
  };
}

/** No text has this word. */
const nothing = "'\u{10FFFD}'";

function toOperand({ text, negated, prefix }: Term): string {
  if (prefix) return `(${[`${quote(text)}:*`, ...possibleStems(text).map(quote)].join(' | ')})`;
  return `${negated ? '!' : ''}${quote(text)}`;
}

/** Within quotes only these two mean anything to tsquery; no lexeme has them. */
function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, ' ')}'`;
}

/** English endings have up to 8 letters ("-izations"): a stem may be as much shorter than the beginning asked for. */
function possibleStems(text: string): string[] {
  const stems: string[] = [];
  for (let length = text.length - 1; length >= Math.max(2, text.length - 8); length -= 1) {
    const stem = text.slice(0, length);
    if (stem.isWellFormed() && word.test(stem)) stems.push(stem);
  }
  return stems;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
