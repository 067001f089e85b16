/** What of the test's own environment its children are given. */
export const processConfig = {
  /** Where Node keeps what it has compiled: shared by all processes of a run, each starts in half the time. */
  compileCache: process.env['NODE_COMPILE_CACHE'],
};
