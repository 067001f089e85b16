/**
 * One line a record: JSON, or coloured text on a terminal. What clients send is only ever a field, never part of the
 * message, so that nothing in it can break or fake a line.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type LoggerOptions = {
  readonly service: string;
  readonly level: string;
  /** Standard output by default. */
  readonly destination?: DestinationStream;
};

export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const base = { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime };
  if (destination) return pino(base, destination);
  // In the process itself: a worker's transport loses its last lines when the process ends.
  if (process.stdout.isTTY) return pino(base, pretty({ ignore: 'service', translateTime: 'SYS:HH:MM:ss', sync: true }));
  return pino(base, pino.destination({ dest: 1, sync: true }));
}
