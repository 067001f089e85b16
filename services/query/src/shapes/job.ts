/** What operators see of rebuilds and verifications. */
import { toPositionToken } from '@ledgerline/log';
import {
  type Differences,
  isEqual,
  type Job,
  jobCauses,
  jobKinds,
  jobPhases,
  jobStates,
  viewNames,
} from '@ledgerline/projection';
import { z } from 'zod';
import { plainListOf } from '../reading/plain-page.ts';

const view = z.enum(viewNames as [string, ...string[]]);

const exampleSchema = z.strictObject({
  kind: z.enum(['missing', 'extra', 'changed']),
  table: z.string().describe('The view’s table; `log` where a record of the log was looked for in the rows.'),
  partition: z.int().nullable(),
  key: z.record(z.string(), z.unknown()).describe('The row’s primary key, or the place of the record and its event.'),
  columns: z.array(z.string()).describe('Those that differ, of a changed row.'),
});

const counts = {
  missing: z.int().describe('Rows that the log gives and the live view lacks.'),
  extra: z.int().describe('Rows of the live view that the log does not give.'),
  changed: z.int().describe('Rows that say something else than the log gives.'),
};

const filterSchema = z.union([
  z.strictObject({ subject: z.string().min(1).max(128) }),
  z.strictObject({ country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters') }),
  z.strictObject({ month: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'YYYY-MM') }),
]);

export const rebuildBody = z.strictObject({
  promote: z
    .enum(['auto', 'manual'])
    .default('auto')
    .describe('`auto`: as soon as it is verified. `manual`: it follows the log until it is promoted or cancelled.'),
  from: z.literal('earliest').optional().describe('A rebuild begins with the log.'),
  filter: filterSchema
    .optional()
    .describe('Only the claims it names, in place, each in one transaction: nothing is promoted.'),
  dryRun: z.boolean().default(false).describe('Say what would become different, and throw the build away.'),
});

export const promoteBody = z.strictObject({
  acceptDifferences: z
    .boolean()
    .default(false)
    .describe('Also where the build differs from the live rows: the build follows from the log.'),
});

export const rebuildSchema = z
  .strictObject({
    id: z.int(),
    view,
    kind: z.enum(jobKinds),
    cause: z.enum(jobCauses).describe('`version`: the view’s code changed. `redaction`: a claim was redacted.'),
    state: z.enum(jobStates),
    phase: z.enum(jobPhases),
    promote: z.enum(['auto', 'manual']),
    dryRun: z.boolean(),
    filter: filterSchema.nullable(),
    generation: z.int().nullable(),
    events: z
      .strictObject({ done: z.int(), total: z.int().nullable().describe('null: not known yet.') })
      .describe('Applied, of all that are in the log by now; while it is `checking`, compared with the rows.'),
    rate: z.number().nullable().describe('Events a second, of the last seconds; null where none are being read.'),
    etaSeconds: z.number().nullable().describe('Until all events are done, at that rate.'),
    differences: z
      .strictObject({ ...counts, examples: z.array(exampleSchema) })
      .describe('Of the live view; none where it has not been compared yet.'),
    verified: z.string().nullable().describe('The position that was compared.'),
    reason: z.string().nullable().describe('Why it failed, or waits.'),
    attempts: z
      .array(
        z.strictObject({
          owner: z.string(),
          at: z.iso.datetime(),
          from: z.enum(['start', 'checkpoints']),
          events: z.int(),
        }),
      )
      .describe('Which processes took it up, and from where each went on.'),
    requestedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Rebuild' });

export const rebuildsSchema = plainListOf(rebuildSchema).meta({ id: 'Rebuilds' });

export const verifyBody = z.strictObject({
  views: z.array(view).min(1).max(viewNames.length).optional().describe('Default: all.'),
});

export const verificationSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(['running', 'done']),
    views: z.array(
      z.strictObject({
        view,
        state: z.enum(jobStates),
        phase: z.enum(jobPhases),
        events: z.strictObject({ done: z.int(), total: z.int().nullable() }),
        position: z.string().nullable().describe('Where both were compared.'),
        expected: z.int().describe('Rows that the log gives.'),
        found: z.int().describe('Rows of the live view.'),
        ...counts,
        ok: z.boolean().nullable().describe('null: not known yet.'),
        reason: z.string().nullable().describe('Why it could not be verified.'),
        partitions: z.array(
          z.strictObject({
            partition: z.int().nullable().describe('null: of tables that do not name it.'),
            expected: z.int(),
            found: z.int(),
            ...counts,
          }),
        ),
        examples: z.array(exampleSchema),
      }),
    ),
  })
  .meta({ id: 'Verification' });

export function toRebuild(job: Job): z.input<typeof rebuildSchema> {
  const { id, kind, cause, state, phase, promote, dryRun, filter, generation, events, rate, reason, attempts } = job;
  const left = events.total === null ? null : Math.max(0, events.total - events.done);
  return {
    id,
    view: job.view,
    kind,
    cause,
    state,
    phase,
    promote,
    dryRun,
    filter,
    generation,
    events,
    rate,
    etaSeconds: left === null || rate === null || rate <= 0 ? null : Math.round((left / rate) * 10) / 10,
    differences: namedOf(job.differences),
    verified: job.verified && toPositionToken(job.verified),
    reason,
    attempts: [...attempts],
    requestedAt: job.requestedAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
  };
}

/** @param jobs of one request, one a view */
export function toVerification(id: string, jobs: readonly Job[]): z.input<typeof verificationSchema> {
  const views = jobs
    .toSorted((a, b) => a.id - b.id)
    .map((job) => {
      const { differences, state } = job;
      const isOver = job.finishedAt !== null;
      return {
        view: job.view,
        state,
        phase: job.phase,
        events: job.events,
        position: job.verified && toPositionToken(job.verified),
        expected: differences?.expected ?? 0,
        found: differences?.found ?? 0,
        ...namedOf(differences),
        ok: isOver ? state === 'ready' && differences !== null && isEqual(differences) : null,
        reason: job.reason,
        partitions: [...(differences?.partitions ?? [])],
      };
    });
  return { id, state: jobs.every(({ finishedAt }) => finishedAt !== null) ? 'done' : 'running', views };
}

function namedOf(differences: Differences | null) {
  const { missing = 0, extra = 0, changed = 0, examples = [] } = differences ?? {};
  return {
    missing,
    extra,
    changed,
    examples: examples.map((example) => ({ ...example, key: { ...example.key }, columns: [...example.columns] })),
  };
}
