/**
 * Several prepared statements in one round trip: pg sends a statement only when the one before has been answered, and each
 * answer wakes both sides up. PostgreSQL runs them one after the other, each with a snapshot of its own, and skips
 * those after one that fails. Results come as PostgreSQL's text: there are no descriptions to parse them by.
 */
import type { ClientBase, Connection, QueryArrayConfig, Submittable } from 'pg';

/** `name` is that of a prepared statement: one text for ever. */
export type TripStatement = {
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | null)[];
};

/** `count` is that of the command (rows inserted, updated, …); 0 where the command has none. */
export type TripResult = { readonly rows: readonly (readonly (string | null)[])[]; readonly count: number };

/**
 * Results in order. Rejects with the first error; within a transaction that is then to be rolled back. On a connection that
 * has not prepared all of them yet they go one by one, by pg's own means.
 */
export async function inOneTrip(client: ClientBase, statements: readonly TripStatement[]): Promise<TripResult[]> {
  if (!isPrepared(client, statements)) return await oneByOne(client, statements);
  return await new Promise((resolve, reject) => {
    client.query(new Trip(statements, (error, results) => (error ? reject(error) : resolve(results))));
  });
}

/** pg keeps what a connection has prepared in a field that its types don't know. Where it is missing, nothing is. */
function isPrepared(client: object, statements: readonly TripStatement[]): boolean {
  const { connection } = client as { connection?: { parsedStatements?: Readonly<Record<string, string>> } };
  return statements.every(({ name, text }) => connection?.parsedStatements?.[name] === text);
}

const asText = { getTypeParser: () => (text: string) => text };

async function oneByOne(client: ClientBase, statements: readonly TripStatement[]): Promise<TripResult[]> {
  const results: TripResult[] = [];
  for (const { name, text, values } of statements) {
    const query: QueryArrayConfig = { name, text, values: [...values], rowMode: 'array', types: asText };
    const { rows, rowCount } = await client.query<(string | null)[]>(query);
    results.push({ rows, count: rowCount ?? 0 });
  }
  return results;
}

/** The messages of pg's connection that are used here. */
type Wire = Connection & {
  readonly stream: { cork(): void; uncork(): void };
  bind(config: { statement: string; values: readonly (string | null)[] }): void;
  execute(config: object): void;
  sync(): void;
};

type TripCallback = (error: Error | null, results: TripResult[]) => void;

/** What pg asks of a query of another's making, as pg-cursor and pg-query-stream are. */
class Trip implements Submittable {
  /** pg puts its own around it, for its deadline. */
  callback: TripCallback;
  readonly #statements: readonly TripStatement[];
  readonly #results: TripResult[] = [];
  #rows: (string | null)[][] = [];

  constructor(statements: readonly TripStatement[], callback: TripCallback) {
    this.#statements = statements;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    const wire = connection as Wire;
    wire.stream.cork();
    for (const { name, values } of this.#statements) {
      wire.bind({ statement: name, values });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const count = Number(text.slice(text.lastIndexOf(' ') + 1));
    this.#results.push({ rows: this.#rows, count: Number.isNaN(count) ? 0 : count });
    this.#rows = [];
  }

  handleError(error: Error): void {
    this.callback(error, []);
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#results);
  }
}
