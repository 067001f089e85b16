/** The timeline projector as a process. */
import * as http from '@ledgerline/http';
import { startProjector } from '@ledgerline/projection';
import { readConfig } from './config.ts';
import { timelineView } from './view.ts';

await http.runService(async () => await startProjector(http, timelineView, readConfig()));
