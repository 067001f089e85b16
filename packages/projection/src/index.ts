/** @ledgerline/projection: views from the log, their generations, and what readers need to know of both. */
export { bindSchema, schemaOf } from './bind-schema.ts';
export { type DifferenceExample, type Differences, isEqual, type PartitionDifferences } from './build/differences.ts';
export {
  type Job,
  type JobFilter,
  type JobPhase,
  jobCauses,
  jobKinds,
  jobPhases,
  jobStates,
  readJobs,
} from './build/job.ts';
export { type RollBackOutcome, rollBackView } from './build/promote-generation.ts';
export { type RedactionAnswer, type RedactionRequest, redactClaim } from './build/redactions.ts';
export {
  cancelJob,
  type RebuildAnswer,
  type RebuildRequest,
  requestPromotion,
  requestRebuild,
  requestVerification,
} from './build/requests.ts';
export {
  type Bounds,
  type ClaimChanges,
  type ClaimHead,
  type ClaimStep,
  type ClaimVersion,
  eventKey,
  foldClaims,
  publishedBounds,
  subjectsToLookUp,
} from './claim-versions.ts';
export { checksumView, type DumpedRow, dumpView, type ViewChecksum } from './dump-view.ts';
export { type Columns, type ColumnType, encodeColumns } from './encode-columns.ts';
export { type CopyColumns, type CopyType, encodeRows } from './encode-rows.ts';
export { type EnsureOutcome, ensureGeneration, type Generation, migrateProjection } from './generation.ts';
export { positionFragment } from './position-fragment.ts';
export { createProjection, type Projection, type ProjectionOptions, type ProjectionState } from './projection.ts';
export { secondsWaiting } from './seconds-waiting.ts';
export {
  type Check,
  type ProjectorConfig,
  projectionCheck,
  type RunningProjector,
  type ServiceKit,
  startProjector,
} from './start-projector.ts';
export type { Ignored, ProjectedEvent, View, ViewBatch, ViewName, ViewTraces, ViewTransaction, Write } from './view.ts';
export { viewNames } from './view.ts';
export { createViewReader, type LiveGeneration, type ViewReader } from './view-reader.ts';
export { createViewTransaction } from './view-transaction.ts';
