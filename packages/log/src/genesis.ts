/**
 * The first record of a log: partition 0, offset 0. Its id is the log's id, and it pins the number of partitions,
 * which may never change (a subject would move). Readers of the port never see it.
 */
import { randomBytes } from 'node:crypto';

export const GENESIS_PARTITION = 0;
export const GENESIS_OFFSET = 0;
export const GENESIS_TYPE = 'ledgerline.log-created.v1';
const GENESIS_SOURCE = 'urn:ledgerline:log';

export type Genesis = { readonly logId: string; readonly partitions: number };

/** A new log's genesis, with an id that no other log has. */
export function createGenesis(partitions: number): Genesis {
  return { logId: randomBytes(12).toString('base64url'), partitions };
}

/** The CloudEvent, as JSON text. */
export function genesisContent(genesis: Genesis): string {
  return JSON.stringify({
    specversion: '1.0',
    id: genesis.logId,
    source: GENESIS_SOURCE,
    type: GENESIS_TYPE,
    subject: genesis.logId,
    datacontenttype: 'application/json',
    data: { partitions: genesis.partitions },
  });
}

/** undefined where the text is no genesis: then the log is another program's. */
export function parseGenesis(content: string): Genesis | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, source, type, data } = value as Record<string, unknown>;
  if (source !== GENESIS_SOURCE || type !== GENESIS_TYPE || typeof id !== 'string') return undefined;
  const partitions =
    typeof data === 'object' && data !== null ? (data as { partitions?: unknown }).partitions : undefined;
  return Number.isSafeInteger(partitions) ? { logId: id, partitions: partitions as number } : undefined;
}
