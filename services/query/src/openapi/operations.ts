/** Every operation of the HTTP interface, in the order the document lists them. */
import { viewsOperation } from '../routes/admin.ts';
import { changesOperation } from '../routes/changes.ts';
import { claimOperation, historyOperation, incidentOperation } from '../routes/claims.ts';
import { codelistsCsvOperation, codelistsOperation } from '../routes/codelists.ts';
import { directoryOperations } from '../routes/directory.ts';
import { eventOperation, eventsOperation } from '../routes/events.ts';
import { measuresCsvOperation, measuresOperation } from '../routes/measures.ts';
import { schemaOperation, schemasOperation } from '../routes/schemas.ts';
import { streamOperation } from '../routes/stream.ts';
import { csvMetadataOperation, timelineOperation } from '../routes/timeline.ts';
import { statisticsOperations } from '../statistics/operations.ts';
import { healthOperations } from './health-operations.ts';
import type { Operation } from './operation.ts';
import { parkedOperations } from './parked-operations.ts';
import { rebuildOperations } from './rebuild-operations.ts';
import { redactionOperations } from './redaction-operations.ts';
import { writeOperation } from './write-operation.ts';

export const operations: readonly Operation[] = [
  writeOperation,
  eventsOperation,
  eventOperation,
  streamOperation,
  timelineOperation,
  csvMetadataOperation,
  claimOperation,
  historyOperation,
  incidentOperation,
  changesOperation,
  measuresOperation,
  measuresCsvOperation,
  ...statisticsOperations,
  ...directoryOperations,
  codelistsOperation,
  codelistsCsvOperation,
  schemasOperation,
  schemaOperation,
  viewsOperation,
  ...Object.values(parkedOperations),
  ...Object.values(rebuildOperations),
  ...Object.values(redactionOperations),
  ...healthOperations,
];
