/** What the routes are given. */
import type { AppendEvents } from '../admission/append-events.ts';

export type IngestContext = {
  readonly append: AppendEvents;
  /** For a dry run: what `append` would tell. One for each request. */
  readonly rehearse: () => AppendEvents;
  readonly bodyStallMs: number;
  /** Of an upload of lines. */
  readonly maxUploadBytes: number;
  /** Of one that is tried: what it would have stored is kept until its end. */
  readonly maxDryRunLines: number;
  /** Aborted when the service stops: uploads end at the next line. */
  readonly stopping: AbortSignal;
};
