/** Which kind of job is done how. */
import type { JobContext } from './job-context.ts';
import { runPartial } from './run-partial.ts';
import { runRebuild } from './run-rebuild.ts';
import { runVerification } from './run-verification.ts';

export async function runJob(context: JobContext): Promise<void> {
  switch (context.job.kind) {
    case 'rebuild':
      return await runRebuild(context);
    case 'verification':
      return await runVerification(context);
    case 'partial':
      return await runPartial(context);
    default:
      context.job.kind satisfies never;
  }
}
