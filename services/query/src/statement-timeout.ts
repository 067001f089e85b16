/**
 * The longest a read's statement may take. Whoever asked gets a 503 then; where PostgreSQL says nothing at all, 5 s later.
 * Shorter than elsewhere: nobody waits half a minute for a page.
 */
export const READ_STATEMENT_TIMEOUT_MS = 10_000;
