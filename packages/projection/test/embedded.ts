/** The embedded log, filled by a test: real records, delivered by the real group. */
import { hash } from 'node:crypto';
import { createSubjectRule, type EventJson, type LedgerEvent } from '@ledgerline/events';
import { type AppendRecord, createPostgresLog, type EventLog } from '@ledgerline/log';
import { quietLogger, type Teardown } from '@ledgerline/testkit';
import type { Pool } from 'pg';

const sha256 = (text: string) => hash('sha256', text, 'base64url');
const rule = createSubjectRule(sha256);

/** Made at its first use; closed with the test. */
export function embeddedLog(t: Teardown, pool: Pool, partitions = 4): EventLog<LedgerEvent> {
  const log = createPostgresLog({ pool, logger: quietLogger, writer: { rule, partitions } });
  t.teardown(() => log.close());
  return log;
}

/** Appends all in order; rejects where one is not stored. */
export async function appendAll(log: EventLog<LedgerEvent>, events: readonly EventJson[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const records = events.slice(at, at + 500).map(toRecord);
    const outcomes = await log.append(records, { atomic: false, deadlineMs: 30_000 });
    const refused = outcomes.find(({ status }) => status !== 'appended');
    if (refused !== undefined) throw new Error(`not appended: ${JSON.stringify(refused)}`);
  }
}

function toRecord(value: EventJson): AppendRecord<LedgerEvent> {
  const content = JSON.stringify(value);
  const found = rule.decode(content);
  if (found === undefined) throw new Error(`no event: ${content}`);
  return { ...found.record, content };
}
