/** How a 401 and a 403 say what is wanted, RFC 6750. */
export const CHALLENGE = 'Bearer realm="ledgerline"';
