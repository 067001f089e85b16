/** The environment of the command line: the only place that reads it. */
import type { Environment } from './terminal.ts';

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const { LEDGERLINE_URL: url, LEDGERLINE_INGEST_URL: ingestUrl, LEDGERLINE_KEY: key } = env;
  return { ...(url && { url }), ...(ingestUrl && { ingestUrl }), ...(key && { key }) };
}
