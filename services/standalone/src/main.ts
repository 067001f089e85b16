/** `npm start`: everything in one process, stopped in order by SIGTERM or SIGINT. */
import { runService } from '@ledgerline/http';
import { readConfig } from './config.ts';
import { startStandalone } from './standalone.ts';

await runService(async (signal) => startStandalone(readConfig(), signal, (text) => process.stdout.write(`${text}\n`)));
