/** How PostgreSQL runs for tests, and the little that the test processes and the keeper agree on. */
import type { createPool, DatabaseLogger } from '@ledgerline/database';

/** Held shared by each test process, tried exclusively by the keeper. */
export const PRESENCE_LOCK = 0x5445_5354;

/** No test cuts the power: without fsync the many small databases are made in a tenth of the time. */
export const testSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '400',
};

export const quietLogger: DatabaseLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export type Pool = ReturnType<typeof createPool>;
export type Connection = Exclude<Parameters<typeof createPool>[0]['connection'], string>;

/** The connection as a URL, for DATABASE_URL of a child process. */
export function toDatabaseUrl(connection: Connection): string {
  const { user = '', password, host = '127.0.0.1', port = 5432, database = '' } = connection;
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : '';
  const credentials = `${encodeURIComponent(user)}${secret}`;
  return host.startsWith('/')
    ? `postgresql://${credentials}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgresql://${credentials}@${host}:${port}/${database}`;
}
