/**
 * The kinds of text a claim is made of, as zod schemas. Lengths count characters (Unicode code points), as
 * JSON Schema does. No kind takes NUL, other controls or lone surrogates; nothing is trimmed or normalised.
 */
import { z } from 'zod';
import type { FieldErrorCode } from '../field-error.ts';

/** Cheap to test: a hit is rare, so the classes are told apart only then. */
const notOneLine = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const notLines = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/;

type Length = { readonly min?: number; readonly max: number };

/** Reports a problem of this string under a code of ours; `continue` lets the other checks of the event go on. */
export function refuse(payload: z.core.ParsePayload, code: FieldErrorCode, message: string, path: PropertyKey[] = []) {
  payload.issues.push({
    code: 'custom',
    input: payload.value,
    path,
    message,
    params: { code },
    continue: true,
  });
}

/** Runs also where the schema before it found something wrong: `value` may then be anything. */
export function always<T>(check: (value: unknown, payload: z.core.ParsePayload<T>) => void): z.core.$ZodCheck<T> {
  // oxlint-disable-next-line no-underscore-dangle -- zod's own name; .refine() takes `when` but one fixed path only
  return z.core._check<T>((payload: z.core.ParsePayload<T>) => check(payload.value, payload), { when: () => true });
}

function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function sized({ min = 1, max }: Length, forbidden: RegExp, message: string): z.ZodString {
  const schema = z.string().check((payload) => {
    const text = payload.value;
    if (text.length < min) refuse(payload, 'too-short', `must have at least ${min} character${min === 1 ? '' : 's'}`);
    if (text.length > max && charactersOf(text) > max) {
      refuse(payload, 'too-long', `must have at most ${max} characters`);
    }
    if (forbidden.test(text)) refuse(payload, 'bad-character', message);
    if (!text.isWellFormed()) refuse(payload, 'bad-character', 'must not contain half of a surrogate pair');
  });
  return schema.meta({ minLength: min, maxLength: max });
}

/** One line: no line breaks, no controls. */
export function oneLine(length: Length): z.ZodString {
  return sized(length, notOneLine, 'must be one line without control characters');
}

/** Several lines: LF and TAB are taken besides. */
export function lines(length: Length): z.ZodString {
  return sized({ min: 0, ...length }, notLines, 'must have no control characters but line feed and tab');
}

/** Text of a fixed form. `pattern` is anchored, linear in the text, and goes into the JSON Schema; `test` may know more. */
export function formed(
  pattern: RegExp,
  code: FieldErrorCode,
  message: string,
  test?: (text: string) => boolean,
): z.ZodString {
  return z
    .string()
    .check((payload) => {
      if (!pattern.test(payload.value) || (test !== undefined && !test(payload.value))) refuse(payload, code, message);
    })
    .meta({ pattern: pattern.source });
}

/** `id`, `subject` and what refers to them. */
export const identifier = (): z.ZodString =>
  formed(
    /^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$/,
    'bad-identifier',
    'must be 1–128 of A-Z a-z 0-9 . _ : ~ - and begin with a letter or digit',
  );

export const webAddress = (): z.ZodString =>
  formed(
    /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s/?#\\][^\s\\]*$/,
    'bad-url',
    'must be an http or https URL of at most 2,048 characters',
    (text) => text.length <= 2048 && !notOneLine.test(text) && text.isWellFormed() && URL.canParse(text),
  );

/** BCP 47 in shape; whether the subtags are registered is not looked up. */
export const languageTag = (): z.ZodString =>
  formed(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,6}$/, 'bad-language', 'must be a language tag such as "lt" or "en-GB"');

export const duration = (): z.ZodString =>
  formed(
    /^P(?=[0-9T])(?:\d{1,9}Y)?(?:\d{1,9}M)?(?:\d{1,9}W)?(?:\d{1,9}D)?(?:T(?=\d)(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}(?:\.\d{1,9})?S)?)?$/,
    'bad-duration',
    'must be an ISO 8601 duration such as "P14D"',
  );
