/**
 * Readiness: each dependency is asked within a deadline and its answer kept for a moment, so that neither a black hole
 * nor an eager probe does harm. A dependency's `since` is when it last went up or down.
 */
export type ReadinessCheck = {
  readonly name: string;
  /**
   * Rejects with a reason fit to be shown where the dependency can't be used; resolves with a detail where it can, and
   * there is something to be told of it all the same. Should heed `signal`.
   */
  check(signal: AbortSignal): Promise<string | void>;
};

export type DependencyState = {
  readonly status: 'up' | 'down';
  /** Why it is down. */
  readonly reason?: string;
  /** What there is to know of one that is up. */
  readonly detail?: string;
  readonly since: string;
};
export type Readiness = { readonly ready: boolean; readonly dependencies: Readonly<Record<string, DependencyState>> };

export type ReadinessTimes = {
  readonly deadlineMs: number;
  /** How long an answer is good for. */
  readonly freshMs: number;
  /** A check that never settles is given up after this, so that there is never more than one at work in that time. */
  readonly abandonMs: number;
};

const DEFAULT_TIMES: ReadinessTimes = { deadlineMs: 2_000, freshMs: 1_000, abandonMs: 15_000 };

export type ReadinessProbe = () => Promise<Readiness>;

export function createReadiness(checks: readonly ReadinessCheck[], times = DEFAULT_TIMES): ReadinessProbe {
  const watched = checks.map((check) => ({ name: check.name, ask: watch(check, times) }));
  return async () => {
    const states = await Promise.all(watched.map(async ({ name, ask }) => [name, await ask()] as const));
    return { ready: states.every(([, state]) => state.status === 'up'), dependencies: Object.fromEntries(states) };
  };
}

function watch(check: ReadinessCheck, times: ReadinessTimes): () => Promise<DependencyState> {
  let state: DependencyState | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let atWork = false;
  let answer: Promise<DependencyState> | null = null;

  const settle = ({ reason, detail }: Outcome): DependencyState => {
    const status = reason === undefined ? 'up' : 'down';
    const since = state?.status === status ? state.since : new Date().toISOString();
    state = { status, ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }), since };
    return state;
  };
  const ask = async (): Promise<DependencyState> => {
    const abort = new AbortController();
    const late = Promise.withResolvers<Outcome>();
    const timer = setTimeout(() => {
      abort.abort();
      late.resolve({ reason: `no answer within ${times.deadlineMs} ms` });
    }, times.deadlineMs);
    atWork = true;
    const asked = Promise.resolve()
      .then(() => check.check(abort.signal))
      .then((detail): Outcome => (typeof detail === 'string' ? { detail } : {}), toOutcome)
      .finally(() => {
        atWork = false;
      });
    try {
      return settle(await Promise.race([asked, late.promise]));
    } finally {
      clearTimeout(timer);
      answer = null;
    }
  };
  return () => {
    const age = performance.now() - askedAt;
    if (answer) return answer;
    if (state && (age < times.freshMs || (atWork && age < times.abandonMs))) return Promise.resolve(state);
    askedAt = performance.now();
    answer = ask();
    return answer;
  };
}

type Outcome = { readonly reason?: string; readonly detail?: string };

function toOutcome(error: unknown): Outcome {
  return { reason: error instanceof Error && error.message !== '' ? error.message : 'failed without a reason' };
}
