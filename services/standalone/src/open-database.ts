/** The database that DATABASE_URL names, or the embedded server. */
import { type DatabaseOptions, startEmbeddedServer } from '@ledgerline/database';
import type { Logger } from 'pino';

export type OpenDatabase = { readonly connection: string | DatabaseOptions; stop(): Promise<void> };

/** @param onLost called when an embedded server can't be had any more: the process can't go on */
export async function openDatabase(
  { databaseUrl, dataFolder }: { databaseUrl: string | null; dataFolder: string },
  logger: Logger,
  signal: AbortSignal,
  onLost: (error: Error) => void,
): Promise<OpenDatabase> {
  if (databaseUrl !== null) return { connection: databaseUrl, stop: () => Promise.resolve() };
  const server = await startEmbeddedServer({ dataFolder, logger, signal, onLost });
  return { connection: server.connection, stop: () => server.stop() };
}
