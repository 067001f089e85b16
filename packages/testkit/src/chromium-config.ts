/** Where programs are looked for. */
export const chromiumConfig = { path: process.env['PATH'] ?? '' };
