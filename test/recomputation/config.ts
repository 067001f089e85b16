/** The environment of the recomputation: other histories than those of every day, or a failure's own one again. */
const { RECOMPUTATION_SEED: seed, RECOMPUTATION_RUNS: runs, RECOMPUTATION_PATH: path } = process.env;

export const recomputationConfig = {
  seed: Number(seed ?? 20_210_820),
  /** Histories; each takes some seconds. */
  runs: Number(runs ?? 6),
  /** What a failure printed: runs that one history alone. */
  path,
};
