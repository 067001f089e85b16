/** Query parameters that only the statistics have. */
import { boundsPolicies, parseEdtf } from '@ledgerline/events';
import { z } from 'zod';
import { bucketUnits } from './calendar.ts';
import type { ComparedPeriod } from './compare.ts';
import { type CountDimension, countDimensions } from './count-dimensions.ts';

export const policyParameter = {
  policy: z
    .enum(boundsPolicies)
    .optional()
    .meta({ description: 'What turns wording into bounds. Default `bounds-1`.' }),
};

export const accountingParameter = {
  accounting: z.enum(['increment', 'cumulative', 'stock']).optional().meta({
    description:
      'Only figures that count so. `increment` also gives the increments between successive cumulatives of one source, flagged `derived`.',
  }),
};

export const bucketParameter = {
  bucket: z.enum(bucketUnits).optional().meta({
    description: 'A point per bucket that has a claim; without it, one per reported period.',
  }),
};

/** A day, month, year or interval of them, all ends of which are exact days. */
export function periodParameter(description: string) {
  return z
    .string()
    .max(64)
    .transform((text, context): ComparedPeriod => {
      const date = parseEdtf(text);
      if (date?.earliest && date.latest && !date.approximate && !date.uncertain) {
        return { period: text, from: date.earliest, to: date.latest };
      }
      const message =
        'must be an EDTF day, month, year or closed interval such as 2021, 2021-07 or 2021-07-01/2021-07-15';
      context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({ description, examples: ['2021'] });
}

const isDimension = (name: string): name is CountDimension => countDimensions.some((known) => known === name);

/** One or several dimensions, each once. */
export const byParameter = {
  by: z
    .string()
    .max(200)
    .transform((text, context): readonly CountDimension[] => {
      const names = text.split(',');
      const dimensions = names.filter(isDimension);
      if (dimensions.length === names.length && new Set(names).size === names.length) return dimensions;
      const message = `must be one or more of ${countDimensions.join(', ')}, each once, with commas`;
      context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'What to group by; without it all claims are one group.', examples: ['kind,month'] }),
};
