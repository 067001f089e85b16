/**
 * `fields=` and `view=`: which members of an item are shown. A list declares all its members in the order they are shown
 * in, and those of the minimal view.
 */
import { nearestName } from '@ledgerline/http';
import { z } from 'zod';

export type ShapeQuery<F extends string> = {
  readonly fields?: readonly F[] | undefined;
  readonly view?: 'minimal' | 'full' | undefined;
};

export function shapeParameters<F extends string>(all: readonly F[], minimal: readonly F[]) {
  const isField = (name: string): name is F => all.some((known) => known === name);
  return {
    fields: z
      .string()
      .max(400)
      .transform((text, context): readonly F[] => {
        const names = text.split(',');
        const wrong = names.find((name) => !isField(name));
        if (wrong === undefined) return all.filter((name) => names.includes(name));
        const nearest = nearestName(wrong, all);
        const message = nearest ? `unknown field; did you mean "${nearest}"?` : `must be of ${all.join(', ')}`;
        context.addIssue({ code: 'custom', message, input: text });
        return z.NEVER;
      })
      .optional()
      .meta({
        description: `Only these members of each item, of ${all.map((name) => `\`${name}\``).join(', ')}; comes before \`view\`.`,
        examples: [minimal.slice(0, 3).join(',')],
      }),
    view: z
      .enum(['minimal', 'full'])
      .optional()
      .meta({ description: `\`minimal\`: only ${minimal.map((name) => `\`${name}\``).join(', ')}. Default \`full\`.` }),
  };
}

/** In the order of `all`; null: every one of them. */
export function shownFields<F extends string>(query: ShapeQuery<F>, minimal: readonly F[]): readonly F[] | null {
  return query.fields ?? (query.view === 'minimal' ? minimal : null);
}

/** For lists whose items are objects in memory. */
export function pickFields<T extends object>(item: T, fields: readonly string[] | null): Partial<T> {
  if (fields === null) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name))) as Partial<T>;
}
