/** A view's statements, bound to one generation's schema and to one open transaction. */
import { finished } from 'node:stream/promises';
import type { ClientBase, QueryResult } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { bindSchema } from './bind-schema.ts';
import type { ViewName, ViewTransaction } from './view.ts';

/** Prepared statements are per connection and schema, so that two generations never share a plan. */
export function createViewTransaction(client: ClientBase, view: ViewName, schema: string): ViewTransaction {
  return {
    client,
    async query<Row>(statement: { name?: string; text: string; values?: readonly unknown[] }): Promise<Row[]> {
      const result: QueryResult = await client.query({
        ...(statement.name === undefined ? {} : { name: `${schema}.${statement.name}` }),
        text: bindSchema(statement.text, view, schema),
        values: [...(statement.values ?? [])],
      });
      return result.rows as Row[];
    },
    async copy(text, rows) {
      const stream = client.query(copyFrom(bindSchema(text, view, schema)));
      stream.end(rows);
      await finished(stream);
    },
  };
}
