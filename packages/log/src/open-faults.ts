/** Faults of both adapters' surfaces. */
import { LogFault } from './port.ts';

export function readOnly(): LogFault {
  return new LogFault('log-unavailable', 'this log was opened to be read only', { retryable: false });
}

export function replaced(before: string, now: string): LogFault {
  const message = `the log was ${before} and is now ${now}: it was made anew while in use`;
  return new LogFault('log-unsuitable', message, { retryable: false });
}
