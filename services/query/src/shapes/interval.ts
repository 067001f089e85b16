/** An interval as every answer gives it. */
import { z } from 'zod';

export const intervalFields = {
  lower: z.number().nullable().describe('Lower bound; null: unbounded.'),
  best: z.number().nullable().describe('Only where the source gives a value that is not a mere bound.'),
  upper: z.number().nullable().describe('Upper bound; null: unbounded.'),
  lowerInclusive: z.boolean(),
  upperInclusive: z.boolean(),
};
