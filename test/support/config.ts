/** The environment of these tests. */
export const testConfig = {
  /** What can't be run is a failure then, not a gap. */
  isCi: process.env['CI'] === 'true',
  /** Where npm and other programs are found. */
  path: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
};
