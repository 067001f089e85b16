/** The statistics projector as a process. */
import * as http from '@ledgerline/http';
import { startProjector } from '@ledgerline/projection';
import { readConfig } from './config.ts';
import { statisticsView } from './view.ts';

await http.runService(async () => await startProjector(http, statisticsView, readConfig()));
