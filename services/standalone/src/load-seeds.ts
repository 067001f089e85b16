/**
 * Loads seeds/ into a log that holds nothing else. Appends are idempotent, so a start that was cut off halfway is
 * completed by the next one; a log that holds anybody's own events is left alone.
 */
import { readdir, readFile } from 'node:fs/promises';
import { parseStrictJson } from '@ledgerline/http';
import { admitEvent, type EventRecord, type IngestLog } from '@ledgerline/ingest';

export type SeedOutcome =
  | { readonly loaded: true; readonly events: number }
  | { readonly loaded: false; readonly why: 'already there' | 'the log holds other events' };

const APPEND_DEADLINE_MS = 30_000;

/** @param folder with `*.ndjson` files, taken in the order of their names */
export async function loadSeeds(log: IngestLog, folder: URL): Promise<SeedOutcome> {
  const records = await readSeeds(folder);
  const held = await heldKeys(log, records.length);
  const keys = new Set(records.map(keyOf));
  if (held === null || !held.every((key) => keys.has(key))) return { loaded: false, why: 'the log holds other events' };
  if (held.length === records.length) return { loaded: false, why: 'already there' };
  const outcomes = await log.append(records, { atomic: true, deadlineMs: APPEND_DEADLINE_MS });
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'appended' || outcome.status === 'duplicate') continue;
    const reason = outcome.status === 'refused' ? JSON.stringify(outcome.refusal) : outcome.status;
    throw new Error(`seed ${records[index]?.id} was not taken: ${reason}`);
  }
  return { loaded: true, events: outcomes.filter(({ status }) => status === 'appended').length };
}

/** @throws Error naming file and line of what is no valid event */
export async function readSeeds(folder: URL): Promise<EventRecord[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).toSorted();
  const files = await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const));
  return files.flatMap(([name, bytes]) =>
    bytes
      .toString('utf8')
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [toRecord(line, `${name}:${index + 1}`)])),
  );
}

function toRecord(line: string, where: string): EventRecord {
  const parsed = parseStrictJson(Buffer.from(line));
  if (!parsed.ok) throw new Error(`${where}: ${parsed.detail}`);
  const admitted = admitEvent(parsed.value, line);
  if (!admitted.ok) throw new Error(`${where}: ${admitted.problem.message}`);
  return admitted.record;
}

/** Source and id of every event the log holds; null where it holds more than `most`. */
async function heldKeys(log: IngestLog, most: number): Promise<string[] | null> {
  const ends = await log.ends();
  // One more for the log's own first record.
  if (ends.reduce((sum, end) => sum + end, 0) > most + 1) return null;
  const keys: string[] = [];
  for (const [partition, end] of ends.entries()) {
    for await (const batch of log.read(partition, 0, end, most + 1)) {
      for (const { value } of batch.records) keys.push(keyOf(JSON.parse(value.toString('utf8'))));
    }
  }
  return keys;
}

const keyOf = ({ source, id }: { source: string; id: string }) => JSON.stringify([source, id]);
