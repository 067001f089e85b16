/** The subjects that a partial rebuild is about, by the log: what the views say of them may be what is wrong. */
import { claimOf, eventTerms, parseEdtf } from '@ledgerline/events';
import { decodeRecord } from '../decode-record.ts';
import type { ProjectedEvent } from '../view.ts';
import type { JobFilter } from './job.ts';
import type { JobContext } from './job-context.ts';

const maxRecords = 2_000;

/** Of events before `ends`. A claim is named if any of its events is: it may have been corrected out of the filter. */
export async function selectSubjects(
  { log, decode, signal }: Pick<JobContext, 'log' | 'decode' | 'signal'>,
  filter: JobFilter,
  ends: readonly number[],
): Promise<ReadonlySet<string>> {
  if ('subject' in filter) return new Set([filter.subject]);
  const matches = matcherOf(filter);
  const subjects = new Set<string>();
  for (const [partition, end] of ends.entries()) {
    for await (const { records } of log.read(partition, 0, end, maxRecords)) {
      signal.throwIfAborted();
      for (const record of records) {
        const decoded = decodeRecord(record, record.recordedAt, { decode, partitions: ends.length });
        if (decoded.kind === 'event' && matches(decoded.event)) subjects.add(decoded.event.event.subject);
      }
    }
  }
  return subjects;
}

function matcherOf(filter: Exclude<JobFilter, { subject: string }>): (event: ProjectedEvent) => boolean {
  if ('country' in filter) {
    const term = `country:${filter.country}`;
    return ({ event }) => eventTerms(event).includes(term);
  }
  const [first, last] = [`${filter.month}-01`, `${filter.month}-31`];
  return ({ event }) => {
    const occurred = parseEdtf(claimOf(event)?.data.occurred.edtf ?? '');
    if (occurred === null) return false;
    const { earliest, latest } = occurred;
    if (earliest === null && latest === null) return false;
    return (earliest === null || earliest <= last) && (latest === null || latest >= first);
  };
}
