/**
 * A filter with several values: a comma means or, `\,` is a comma within a value, a leading `!` negates the whole list
 * (`\!` begins a value with an exclamation mark, `\\` is a backslash).
 */
import { z } from 'zod';

export type ListFilter = { readonly negated: boolean; readonly values: readonly string[] };

/** null where a value is empty. Repeated values are dropped, the order is kept. */
export function parseList(text: string): ListFilter | null {
  const negated = text.startsWith('!');
  const values: string[] = [];
  let value = '';
  for (let index = negated ? 1 : 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === '\\' && (next === ',' || next === '!' || next === '\\')) {
      value += next;
      index += 1;
    } else if (character === ',') {
      values.push(value);
      value = '';
    } else value += character;
  }
  values.push(value);
  // PostgreSQL holds no NUL: no row can have such a value.
  return values.includes('') || text.includes('\0') ? null : { negated, values: [...new Set(values)] };
}

export type ListRules = {
  readonly description: string;
  /** A value as it is compared, or null where it can be none. */
  readonly normalise?: (value: string) => string | null;
  /** What a value must be, for the refusal. */
  readonly expected?: string;
  readonly example?: string;
};

const maxValues = 100;
const maxLength = 4_096;

export function listParameter({ description, normalise, expected, example }: ListRules) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength)
    .transform((text, context): ListFilter => {
      const list = parseList(text);
      const values = list?.values.map((value) => (normalise ? normalise(value) : value));
      if (list && values && values.length <= maxValues && !values.includes(null)) {
        return { negated: list.negated, values: [...new Set(values as string[])] };
      }
      const message = expected ?? `must be 1–${maxValues} values, none of them empty`;
      context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({ description, ...(example === undefined ? {} : { examples: [example] }) });
}

/** Values of an enumeration. */
export function codeListParameter(description: string, codes: readonly string[]) {
  return listParameter({
    description: `${description} One or more of ${codes.map((code) => `\`${code}\``).join(', ')}.`,
    normalise: (value) => (codes.includes(value) ? value : null),
    expected: `must be one or more of ${codes.join(', ')}`,
  });
}
