/** What is wrong with one place of an event: a JSON pointer, a sentence, and a code that stays the same for ever. */
import type { z } from 'zod';

/** Every code with what it means; docs and clients rely on them. */
export const fieldErrorCodes = {
  'missing-field': 'A required field or attribute is not there.',
  'unknown-field': 'The field or attribute is not part of this event type.',
  'wrong-type': 'The value is of another JSON type than the field takes.',
  'unknown-value': 'The value is not one of the listed ones.',
  'unknown-type': 'The event type is not known here.',
  'unknown-kind': 'A correction whose data is of no known kind of claim.',
  'too-short': 'The text has too few characters.',
  'too-long': 'The text has too many characters.',
  'too-few': 'The list has too few items.',
  'too-many': 'The list has too many items.',
  'out-of-range': 'The number is too small or too large.',
  'not-an-integer': 'The number must be whole.',
  'bad-character':
    'The text contains a control character, a line break where one line is asked, or half a surrogate pair.',
  'bad-identifier': 'The identifier has other characters or another length than allowed.',
  'bad-source': 'The source is no absolute URI of scheme urn, http, https or tag.',
  'bad-time': 'The time is not RFC 3339, or its date is not in the calendar.',
  'bad-schema': 'dataschema is not the URL of our schema of this type.',
  'bad-date': 'The date is not EDTF level 0 or 1, not in the calendar, or ends before it begins.',
  'not-an-interval': 'The date must be an interval.',
  'bad-url': 'The address is no http or https URL.',
  'bad-language': 'The language tag is not in the form of BCP 47.',
  'bad-duration': 'The duration is not ISO 8601.',
  'bad-country': 'The country is no ISO 3166-1 alpha-2 code.',
  'bad-border': 'The border is not two different countries in alphabetical order.',
  'bad-measure': 'The measure is neither a listed one nor other:<slug>.',
  'bad-unit': 'The unit is no short word of letters, digits and hyphens.',
  'field-not-allowed': 'The field may not be given beside another value of the same object.',
  'bounds-out-of-order': 'lower is greater than upper.',
  'period-without-end': 'A cumulative figure needs a period with an end.',
  'no-speaker': 'A statement needs an actor with the role speaker.',
  'no-adopter': 'A measure needs an actor with the role adopter.',
  'self-relation': 'A claim cannot be related to itself.',
} as const;

export type FieldErrorCode = keyof typeof fieldErrorCodes;

export type FieldError = {
  /** RFC 6901, from the root of the event; '' is the event itself. */
  readonly pointer: string;
  readonly message: string;
  readonly code: FieldErrorCode;
};

export function toPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const part of path) pointer += `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return pointer;
}

/** zod's issues as field errors: one per unknown key, a missing field told from a wrong one. */
export function toFieldErrors(issues: readonly z.core.$ZodIssue[], root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const pointer = toPointer([...issue.path, key]);
        errors.push({ pointer, code: 'unknown-field', message: 'is not a field of this event type' });
      }
    } else {
      errors.push({ pointer: toPointer(issue.path), ...describe(issue, root) });
    }
  }
  return errors;
}

function describe(issue: z.core.$ZodIssue, root: unknown): { code: FieldErrorCode; message: string } {
  if (issue.code === 'custom') return { code: codeOf(issue.params), message: issue.message };
  if (isMissing(issue.path, root)) return { code: 'missing-field', message: 'is required' };
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'int') return { code: 'not-an-integer', message: 'must be a whole number' };
    return { code: 'wrong-type', message: `must be ${nameOfType(issue.expected)}` };
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => `"${String(value)}"`).join(', ');
    return { code: 'unknown-value', message: `must be ${issue.values.length === 1 ? '' : 'one of '}${values}` };
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'array') return { code: 'too-many', message: `must have at most ${issue.maximum} items` };
    return { code: 'out-of-range', message: `must be at most ${issue.maximum}` };
  }
  if (issue.code === 'too_small') {
    if (issue.origin !== 'array') return { code: 'out-of-range', message: `must be at least ${issue.minimum}` };
    return { code: 'too-few', message: `must have at least ${issue.minimum} item${issue.minimum === 1 ? '' : 's'}` };
  }
  return { code: 'wrong-type', message: issue.message };
}

function codeOf(params: Record<string, unknown> | undefined): FieldErrorCode {
  const code = params?.['code'];
  return typeof code === 'string' && code in fieldErrorCodes ? (code as FieldErrorCode) : 'wrong-type';
}

function nameOfType(expected: string): string {
  if (expected === 'array') return 'an array';
  if (expected === 'object') return 'an object';
  if (expected === 'tuple') return 'an array of two numbers';
  return `a ${expected}`;
}

function isMissing(path: readonly PropertyKey[], root: unknown): boolean {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return true;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value === undefined;
}
