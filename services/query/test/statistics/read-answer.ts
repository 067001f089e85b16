/** Reads an answer in a test and holds it against its schema. */
import type { z } from 'zod';
import type { QueryApp } from '../fixture/query-app.ts';

/** A 200 of exactly the shape that OpenAPI describes. */
export async function read<S extends z.ZodType>(query: QueryApp, url: string, schema: S): Promise<z.output<S>> {
  const answer = await query.get(url);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`);
  return schema.parse(answer.json);
}
