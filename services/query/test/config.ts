/** The environment of these tests. */
export const isCi = process.env['CI'] === 'true';
