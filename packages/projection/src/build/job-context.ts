/** What every job is done with. */
import type { EventLog } from '@ledgerline/log';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { DecodeContext } from '../decode-record.ts';
import type { View } from '../view.ts';
import type { Job, JobPhase, JobState } from './job.ts';
import type { Lease } from './job-lease.ts';
import type { Progress } from './progress.ts';
import type { IsRedacted } from './redactions.ts';

export type JobContext = {
  readonly job: Job;
  readonly view: View;
  readonly log: EventLog;
  /** The builds' own connections. */
  readonly pool: Pool;
  readonly decode: DecodeContext['decode'];
  /** As the list stood when the job was taken up: none is added while a rebuild is under way. */
  readonly isRedacted: IsRedacted;
  readonly logger: Logger;
  readonly lease: Lease;
  readonly progress: Progress;
  /** Aborted when the process stops, or the job is no longer ours. */
  readonly signal: AbortSignal;
  /** The job's row says so before the phase begins. */
  enter(state: JobState, phase: JobPhase): Promise<void>;
  /** What has been asked about promotion, by the last sign of life. */
  promotion(): Job['promotion'];
  /** Resolves at the next hint, or after a moment: something may have been asked, or written. */
  pause(): Promise<void>;
  /** Another generation is live: whoever feeds them should look now. */
  onPromoted(): void;
};

/** It can't be done, whoever tries: the job ends with this reason. */
export class JobFailed extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'JobFailed';
  }
}
