/** @ledgerline/database: the pool, transactions, migrations, and PostgreSQL itself where there is none. */
export { toArrayLiteral } from './array-literal.ts';
export { columnTypes } from './column-types.ts';
export { ConfigurationError } from './configuration-error.ts';
export { createPool, type DatabaseLogger, type DatabaseOptions, type PoolConfig } from './create-pool.ts';
export { type EmbeddedServerOptions, startEmbeddedServer } from './embedded/start-embedded-server.ts';
export type { EmbeddedServer, EmbeddedServerState } from './embedded/supervise-server.ts';
export { isRetryable } from './is-retryable.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export { inOneTrip, type TripResult, type TripStatement } from './one-trip.ts';
export { readSql } from './read-sql.ts';
export { waitForDatabase } from './wait-for-database.ts';
export { isUnanswered, type TransactionOptions, withOwnTransaction, withTransaction } from './with-transaction.ts';
