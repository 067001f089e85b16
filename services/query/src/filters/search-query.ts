/**
 * What someone typed into a search box, for PostgreSQL: words, `"phrases"`, `-not`, `begin*`, folded like the indexed text.
 * Any input is taken, and nothing in it is an operator of tsquery or a regular expression: words are quoted and escaped.
 */
import { foldText } from '@ledgerline/events';

export type SearchQuery = {
  /** For `to_tsquery`: what a text must have; null where nothing is wanted, only excluded. */
  readonly wanted: string | null;
  /** The same for what a text must not have any of; null where nothing is excluded. */
  readonly unwanted: string | null;
  /**
   * The words wanted as regular expressions on the folded text: for a search of stop words alone, which no index holds.
   * "WHO" is one.
   */
  readonly literals: readonly string[];
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
  if (terms.length === 0) {
    return literal ? { wanted: nothing, unwanted: null, literals: [nowhere], beginnings: [] } : null;
  }
  const wanted = terms.filter(({ negated }) => !negated);
  const unwanted = terms.filter(({ negated, prefix }) => negated && !prefix);
  return {
    wanted: wanted.length > 0 ? wanted.map(toOperand).join(' & ') : null,
    unwanted: unwanted.length > 0 ? unwanted.map(toOperand).join(' | ') : null,
    literals: wanted.map(({ text, prefix }) => toPattern(text, prefix)),
    beginnings: terms
      .filter(({ prefix }) => prefix)
      .map(({ text, negated }) => ({ pattern: toPattern(text, true), negated })),
  };
}

/** No text has this word. */
const nothing = "'\u{10FFFD}'";
const nowhere = '\u{10FFFD}';

function toOperand({ text, prefix }: Term): string {
  if (prefix) return `(${[`${quote(text)}:*`, ...possibleStems(text).map(quote)].join(' | ')})`;
  return quote(text);
}

/** Whole words, one after the other; or what a word begins with. */
function toPattern(text: string, prefix: boolean): string {
  const words = text.trim().split(/\s+/).map(escapePattern);
  return String.raw`\m${words.join(String.raw`\W+`)}${prefix ? '' : String.raw`\M`}`;
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
