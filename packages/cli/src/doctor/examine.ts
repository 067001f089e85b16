/** What `ledgerline doctor` looks at, in order. Each finding that is not well says what to do about it. */
import type { Connection } from '../connect.ts';

export type Finding = {
  readonly check: 'address' | 'ready' | 'key' | 'clock' | 'views' | 'ingest';
  readonly status: 'well' | 'warning' | 'problem';
  readonly finding: string;
  /** What to do; null where there is nothing. */
  readonly fix: string | null;
};

type Answer = { readonly status: number; readonly body: unknown; readonly date: string | null };
type Ask = (base: string, path: string) => Promise<Answer | null>;

const DEADLINE_MS = 5_000;
const MAX_CLOCK_DIFFERENCE_S = 60;
const MAX_LAG_S = 60;

/** Ends with the first finding after which the others mean nothing. */
export async function* examine({ url, ingestUrl, key }: Connection, signal: AbortSignal): AsyncGenerator<Finding> {
  const ask: Ask = (base, path) => askServer(`${base.replace(/\/+$/, '')}${path}`, key, signal);
  const live = await ask(url, '/health/live');
  if (live === null) {
    yield problem(
      'address',
      `nothing answers at ${url}`,
      'start it (npm start), or say where it is: --url or LEDGERLINE_URL',
    );
    return;
  }
  if (live.status === 421) {
    yield problem(
      'address',
      `${url} answers only to loopback names`,
      'use http://127.0.0.1:PORT, or run it with HOST and keys',
    );
    return;
  }
  if (live.status !== 200) {
    yield problem('address', `what answers at ${url} is not Ledgerline (status ${live.status})`, 'check --url');
    return;
  }
  yield well('address', `${url} answers`);
  yield* examineReadiness('ready', await ask(url, '/health/ready'));
  if (ingestUrl !== url) yield* examineReadiness('ingest', await ask(ingestUrl, '/health/ready'));
  yield examineKey(await ask(url, '/v1/timeline?limit=1'));
  yield examineClock(live.date);
  yield* examineViews(await ask(url, '/v1/admin/views'));
}

type Dependencies = Readonly<
  Record<string, { readonly status: string; readonly reason?: string; readonly since?: string }>
>;

function* examineReadiness(check: 'ready' | 'ingest', answer: Answer | null): Generator<Finding> {
  if (answer === null) {
    yield problem(check, 'no answer to /health/ready', 'is it started, and the address right (--ingest-url)?');
    return;
  }
  const { dependencies = {} } = (answer.body ?? {}) as { readonly dependencies?: Dependencies };
  const down = Object.entries(dependencies).filter(([, { status }]) => status !== 'up');
  if (answer.status === 200) yield well(check, `ready: ${Object.keys(dependencies).join(', ')}`);
  else if (down.length === 0) yield problem(check, `not ready (status ${answer.status})`, 'look at its log');
  for (const [name, { reason = 'down', since }] of down) {
    const when = since === undefined ? '' : ` since ${since}`;
    yield problem(
      check,
      `${name}: ${reason}${when}`,
      'it heals by itself once the dependency is back: look there first',
    );
  }
}

function examineKey(answer: Answer | null): Finding {
  if (answer?.status === 401) {
    return problem(
      'key',
      'the key is not taken',
      'make one (ledgerline keys create), then LEDGERLINE_KEY or --key-file',
    );
  }
  if (answer?.status === 403) return problem('key', 'the key may not read', 'make one with the scope read');
  if (answer?.status === 200) return well('key', 'reads are allowed');
  return problem('key', `a read answers ${answer?.status ?? 'nothing'}`, 'look at the findings above and at its log');
}

function examineClock(date: string | null): Finding {
  const difference = date === null ? Number.NaN : Math.abs(Date.parse(date) - Date.now()) / 1_000;
  if (Number.isNaN(difference)) return warning('clock', 'the server does not say what time it is', null);
  if (difference <= MAX_CLOCK_DIFFERENCE_S) return well('clock', 'the clocks agree');
  return warning(
    'clock',
    `the server’s clock differs by ${Math.round(difference)} s`,
    'moments such as --from 1h are off by that: set the clocks',
  );
}

type View = {
  readonly view: string;
  readonly lag: { readonly events: number | null; readonly seconds: number | null };
  readonly parked: number;
};

function* examineViews(answer: Answer | null): Generator<Finding> {
  if (answer?.status === 401 || answer?.status === 403) {
    yield warning('views', 'the key may not look at the views', 'use one with the scope admin to have them examined');
    return;
  }
  if (answer?.status !== 200) {
    yield problem('views', `the views can’t be looked at (status ${answer?.status ?? 'none'})`, 'is the database up?');
    return;
  }
  const { items = [] } = answer.body as { readonly items?: readonly View[] };
  if (items.length === 0) yield problem('views', 'no view has been built', 'start the projectors');
  for (const { view, lag, parked } of items) {
    if (parked > 0) {
      yield warning(
        'views',
        `${view} has set ${parked} events aside`,
        'GET /v1/admin/parked says why; then retry or discard them',
      );
    }
    if (lag.events === null || lag.seconds === null) {
      yield warning('views', `how far ${view} is behind is not known`, 'can the query service reach the log?');
    } else if (lag.seconds > MAX_LAG_S) {
      yield warning(
        'views',
        `${view} is ${lag.events} events behind (${Math.round(lag.seconds)} s)`,
        `is projector-${view} running? /health/ready of it says more`,
      );
    } else if (parked === 0) yield well('views', `${view}: ${lag.events} events behind`);
  }
}

async function askServer(url: string, key: string | undefined, signal: AbortSignal): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : null, date: response.headers.get('date') };
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

type Made = (check: Finding['check'], finding: string, fix: string | null) => Finding;
const problem: Made = (check, finding, fix) => ({ check, status: 'problem', finding, fix });
const warning: Made = (check, finding, fix) => ({ check, status: 'warning', finding, fix });
const well = (check: Finding['check'], finding: string): Finding => ({ check, status: 'well', finding, fix: null });
