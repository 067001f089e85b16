/**
 * A job: what an operator, a redaction or a new version of a view asks of the projectors, as a row of `projection.jobs`.
 * The row is the only way between who asks and who does it; it stays as the record of what was done.
 */
import { readSql } from '@ledgerline/database';
import type { Pool } from 'pg';
import type { ViewName } from '../view.ts';
import type { Differences } from './differences.ts';

export const jobStates = ['building', 'verifying', 'ready', 'promoted', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];
export const jobKinds = ['rebuild', 'partial', 'verification'] as const;
export type JobKind = (typeof jobKinds)[number];
export const jobCauses = ['request', 'version', 'redaction'] as const;

/** In the order a rebuild goes through them. */
export const jobPhases = [
  'requested',
  'filling',
  'indexing',
  'catching-up',
  'checking',
  'comparing',
  'replacing',
  'following',
  'promoting',
  'done',
] as const;
export type JobPhase = (typeof jobPhases)[number];

/** Exactly one of the three. */
export type JobFilter =
  | { readonly subject: string }
  /** Two letters: claims with a place or a figure in it, by any of their events. */
  | { readonly country: string }
  /** YYYY-MM: claims that may have occurred in it, by any of their events. */
  | { readonly month: string };

export type Attempt = {
  readonly owner: string;
  readonly at: string;
  /** `checkpoints`: it went on from what another process had committed. */
  readonly from: 'start' | 'checkpoints';
  readonly events: number;
};

export type Job = {
  readonly id: number;
  readonly request: string;
  readonly view: ViewName;
  readonly kind: JobKind;
  readonly cause: (typeof jobCauses)[number];
  readonly promote: 'auto' | 'manual';
  readonly dryRun: boolean;
  readonly filter: JobFilter | null;
  readonly version: number | null;
  readonly state: JobState;
  readonly phase: JobPhase;
  readonly generation: number | null;
  /** `total` null: not known yet. */
  readonly events: { readonly done: number; readonly total: number | null };
  /** Events a second of late; null when none are being read. */
  readonly rate: number | null;
  /** The offsets that were verified, and the log they are of. */
  readonly verified: { readonly logId: string; readonly offsets: readonly number[] } | null;
  readonly differences: Differences | null;
  /** The live generation that the build was found equal to, row by row. */
  readonly equalTo: number | null;
  /** Why it failed, or why it waits. */
  readonly reason: string | null;
  readonly promotion: 'asked' | 'asked-despite-differences' | null;
  readonly owner: string | null;
  readonly attempts: readonly Attempt[];
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
};

type Row = Omit<Job, 'dryRun' | 'events' | 'verified' | 'equalTo' | 'requestedAt' | 'startedAt' | 'finishedAt'> & {
  readonly dry_run: boolean;
  readonly events_done: number;
  readonly events_total: number | null;
  readonly verified_at: number[] | null;
  readonly equal_to: number | null;
  readonly log_id: string | null;
  readonly requested_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
};

const selectJobsSql = readSql(new URL('./sql/select-jobs.sql', import.meta.url));

export type JobSelection = {
  readonly id?: number;
  readonly request?: string;
  readonly view?: ViewName;
  readonly kinds?: readonly JobKind[];
  readonly limit?: number;
  /** Only older jobs than the one with this id; with `backward` only newer ones, oldest first. */
  readonly edge?: number | null;
  readonly backward?: boolean;
};

/** Newest first; of all jobs where `which` names none of id, request and view. */
export async function readJobs(pool: Pick<Pool, 'query'>, which: JobSelection): Promise<Job[]> {
  const { id = null, request = null, view = null, limit = 50, kinds = null, edge = null, backward = false } = which;
  const { rows } = await pool.query<Row>(selectJobsSql, [id, request, view, limit, kinds, edge, backward]);
  return rows.map(toJob);
}

function toJob(row: Row): Job {
  const {
    dry_run,
    events_done,
    events_total,
    verified_at,
    equal_to,
    log_id,
    requested_at,
    started_at,
    finished_at,
    ...same
  } = row;
  return {
    ...same,
    dryRun: dry_run,
    events: { done: events_done, total: events_total },
    verified: verified_at === null || log_id === null ? null : { logId: log_id, offsets: verified_at },
    equalTo: equal_to,
    requestedAt: requested_at,
    startedAt: started_at,
    finishedAt: finished_at,
  };
}
