/** `facets=` and `total=`: what can be counted beside a page, and how the counts are shown. */
import { nearestName } from '@ledgerline/http';
import { z } from 'zod';
import { termFilters } from '../filters/filter-tests.ts';

/** Facets whose values are the years or months that a claim may have happened in. */
export const timeFacets = ['year', 'month'] as const;

export const facetNames = [...termFilters, ...timeFacets] as const;

export type TermFacet = (typeof termFilters)[number];
export type TimeFacet = (typeof timeFacets)[number];
export type FacetName = (typeof facetNames)[number];

/** Values of one facet at most: those that most claims have. */
export const maxFacetValues = 100;

const isFacet = (name: string): name is FacetName => facetNames.some((known) => known === name);

export const facetParameters = {
  facets: z
    .string()
    .max(200)
    .transform((text, context): readonly FacetName[] => {
      const names = text.split(',');
      const facets = names.filter(isFacet);
      if (facets.length === names.length && new Set(names).size === names.length) return facets;
      const wrong = names.find((name) => !isFacet(name));
      const nearest = wrong === undefined ? null : nearestName(wrong, facetNames);
      const message = nearest
        ? `unknown facet; did you mean "${nearest}"?`
        : `must be of ${facetNames.join(', ')}, each once`;
      context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({
      description: `Also count the claims of all pages by ${facetNames.map((name) => `\`${name}\``).join(', ')}; several with commas. A count is the \`total\` there would be with that value as a further filter.`,
      examples: ['kind,country,year'],
    }),
  total: z.literal('exact').optional().meta({ description: 'Also count the items of all pages.' }),
};

export const facetsSchema = z
  .partialRecord(z.enum(facetNames), z.array(z.strictObject({ value: z.string(), count: z.int().min(1) })))
  .meta({
    id: 'Facets',
    description: `With \`facets\`: by name the values there are, at most ${maxFacetValues}, most claims first, years and months in their order. Names of places, actors, publishers and tags are folded: lower case, without diacritics.`,
  });

export type Facets = z.output<typeof facetsSchema>;
