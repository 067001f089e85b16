/** Listening, with failures that the operator can mend told as configuration. */
import { ConfigurationError } from '@ledgerline/database';
import type { FastifyInstance } from 'fastify';

const OPERATORS_TO_MEND = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EINVAL']);

/** Resolves with the base URL, whose port is the one picked where `port` was 0. */
export async function listen(app: FastifyInstance, address: { host: string; port: number }): Promise<string> {
  // fastify would bind `localhost` twice, with a second server that stops less gracefully.
  const host = address.host === 'localhost' ? '127.0.0.1' : address.host;
  try {
    return await app.listen({ host, port: address.port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!OPERATORS_TO_MEND.has(code)) throw error;
    throw new ConfigurationError(`HOST=${address.host} PORT=${address.port}: cannot listen there (${code})`, {
      cause: error,
    });
  }
}
