/** A figure as the source gives it: wording, stated bounds, what was counted, over what period, and by whom. */
import { z } from 'zod';
import { parseEdtf } from '../edtf/parse-edtf.ts';
import { codelists, codes } from './codelists.ts';
import { border, country } from './countries.ts';
import { edtf, name } from './parts.ts';
import { always, formed, oneLine, refuse } from './text.ts';

const amount = () => z.number().min(0).max(Number.MAX_SAFE_INTEGER);

const otherMeasure = /^other:[a-z0-9]+(?:-[a-z0-9]+)*$/;
const listed = Object.keys(codelists.measure);
const measurePattern = new RegExp(`^(?:${listed.join('|')}|other:[a-z0-9]+(?:-[a-z0-9]+)*)$`);

const measure = () =>
  formed(
    measurePattern,
    'bad-measure',
    `must be ${listed.join(', ')} or other:<slug>`,
    (text) => text.length <= 64 && (!text.startsWith('other:') || otherMeasure.test(text)),
  ).describe(
    `What was counted.\n${Object.entries(codelists.measure)
      .map(([code, meaning]) => `- \`${code}\`: ${meaning}`)
      .join('\n')}\n- \`other:<slug>\`: anything else.`,
  );

const unit = () =>
  formed(/^[A-Za-z0-9][A-Za-z0-9-]{0,49}$/, 'bad-unit', 'must be 1–50 letters, digits or hyphens, such as "person"');

export const quantity = z
  .strictObject({
    text: oneLine({ max: 100 }).describe('The source’s own wording of the figure.'),
    qualifier: codes('qualifier'),
    value: amount().exactOptional().describe('The number stated; absent for a range.'),
    lower: amount().exactOptional().describe('Only for a range.'),
    upper: amount().exactOptional().describe('Only for a range.'),
    measure: measure(),
    unit: unit().describe('What one is: person, attempt, km, guard.'),
    accounting: codes('accounting'),
    period: edtf().describe('What the figure covers: a date or an interval.'),
    border: border().exactOptional().describe('Two countries in alphabetical order, such as BY-LT.'),
    country: country().exactOptional(),
    authority: name().exactOptional().describe('Who counted.'),
  })
  .check(always(checkQuantity))
  .meta({
    title: 'Quantity',
    if: { properties: { qualifier: { const: 'range' } }, required: ['qualifier'] },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word
    then: { required: ['lower', 'upper'], not: { required: ['value'] } },
    else: { required: ['value'], not: { anyOf: [{ required: ['lower'] }, { required: ['upper'] }] } },
  });

/** Rules between fields. Fields of the wrong type have been reported already and count here as not given. */
function checkQuantity(value: unknown, payload: z.core.ParsePayload): void {
  if (typeof value !== 'object' || value === null) return;
  const given = value as Record<string, unknown>;
  if (given['qualifier'] === 'range') checkRange(given, payload);
  else if (typeof given['qualifier'] === 'string') checkSingle(given, payload);
  const period = given['period'];
  if (given['accounting'] === 'cumulative' && typeof period === 'string') {
    const parsed = parseEdtf(period);
    if (parsed !== null && parsed.latest === null) {
      refuse(payload, 'period-without-end', 'must have an end where the figure is cumulative', ['period']);
    }
  }
}

function checkRange(given: Record<string, unknown>, payload: z.core.ParsePayload): void {
  if ('value' in given) refuse(payload, 'field-not-allowed', 'must be absent where the qualifier is range', ['value']);
  for (const bound of ['lower', 'upper']) {
    if (!(bound in given)) refuse(payload, 'missing-field', 'is required where the qualifier is range', [bound]);
  }
  const { lower, upper } = given;
  if (typeof lower === 'number' && typeof upper === 'number' && lower > upper) {
    refuse(payload, 'bounds-out-of-order', 'must not be greater than upper', ['lower']);
  }
}

function checkSingle(given: Record<string, unknown>, payload: z.core.ParsePayload): void {
  if (!('value' in given)) refuse(payload, 'missing-field', 'is required', ['value']);
  for (const bound of ['lower', 'upper']) {
    if (bound in given) refuse(payload, 'field-not-allowed', 'is only for the qualifier range', [bound]);
  }
}

export type Quantity = z.output<typeof quantity>;
