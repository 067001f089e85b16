/**
 * Which database errors pass by themselves: the same work, tried again later, may succeed.
 * Everything else (constraint, syntax, permission, a bug of ours) is permanent and must not be retried blindly.
 */

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const RETRYABLE_CLASSES = new Set([
  '08', // connection exception
  '53', // insufficient resources: disk full, out of memory, too many connections
]);
const RETRYABLE_STATES = new Set([
  '25006', // read-only transaction: the server is a standby for now
  '25P03', // idle in transaction for too long
  '25P04', // transaction took too long
  '40001', // serialization failure
  '40003', // statement completion unknown
  '40P01', // deadlock
  '55006', // object in use
  '55P03', // lock timeout
  '57014', // statement timeout, or cancelled
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now: starting, recovering, stopping
  '57P05', // idle session
  '58000', // system error
  '58030', // I/O error
]);
const RETRYABLE_SYSTEM_CODES = new Set([
  'EADDRNOTAVAIL',
  'EAGAIN',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** pg gives these no code. */
const RETRYABLE_MESSAGES = [
  /^Connection terminated/,
  /^Client has encountered a connection error/,
  /^Client was closed and is not queryable/,
  /^timeout exceeded when trying to connect/,
  /^timeout expired/,
  /^Query read timeout/,
];

/** True for a fault of the moment (connection, contention, resources): HTTP 503, or a retry with backoff. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isRetryable)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^[0-9A-Z]{5}$/.test(code) && /\d/.test(code)) {
    return RETRYABLE_STATES.has(code) || RETRYABLE_CLASSES.has(code.slice(0, 2));
  }
  // A socket that isn't there: the server is down. Any other missing file is a bug.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect';
  if (RETRYABLE_SYSTEM_CODES.has(code)) return true;
  return RETRYABLE_MESSAGES.some((pattern) => pattern.test(error.message)) || isRetryable(error.cause);
}
