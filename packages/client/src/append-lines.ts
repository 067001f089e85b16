/** Writing events as they stand in a file: the server sees the very text, so nothing is altered by being parsed here. */
import type { EventInput } from '@ledgerline/events';
import type { AppendOptions } from './append-events.ts';
import { ConnectionError, LedgerlineError, type ProblemDocument, ProblemError, UnknownOutcomeError } from './errors.ts';
import { pause, retryDelayMs } from './retry-delay.ts';
import type { WriteResult } from './shapes.ts';
import type { Transport } from './transport.ts';

const MAX_BREAKS = 5;

/**
 * A result a line, in input order; a bad line fails alone. An upload that breaks off goes on where its answers ended.
 * @param lines JSON of one event each, without line breaks
 * @throws UnknownOutcomeError with the events that nobody answered for; what came before them is settled
 */
export async function appendLines(
  transport: Transport,
  lines: readonly string[],
  { dryRun, signal }: AppendOptions = {},
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  for (let breaks = 0; ; breaks += 1) {
    const { settled, fault } = await upload(transport, lines.slice(results.length), { dryRun, signal });
    for (const result of settled) results.push({ ...result, index: results.length });
    if (results.length === lines.length) return results;
    if (breaks >= MAX_BREAKS) throw new UnknownOutcomeError(lines.slice(results.length).map(toEvent), fault);
    await pause(retryDelayMs(breaks, null), signal);
  }
}

type Uploaded = { readonly settled: readonly WriteResult[]; readonly fault: LedgerlineError };

/** What was settled before the upload ended, and why it ended. */
async function upload(
  transport: Transport,
  lines: readonly string[],
  { dryRun, signal }: { readonly dryRun: boolean | undefined; readonly signal: AbortSignal | undefined },
): Promise<Uploaded> {
  let text: string;
  try {
    ({ text } = await transport.request({
      method: 'POST',
      path: '/v1/events',
      query: { dryRun },
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
      signal,
    }));
  } catch (error) {
    if (error instanceof ConnectionError || (error instanceof ProblemError && error.status === 503)) {
      return { settled: [], fault: error };
    }
    throw error;
  }
  const results = text.split('\n').filter(Boolean).map(parseResult);
  const end = results.findIndex((result) => result === null || isPassing(result));
  const settled = (end === -1 ? results : results.slice(0, end)) as WriteResult[];
  const problem = results[end]?.problem as ProblemDocument | undefined;
  const fault = problem
    ? new ProblemError(problem)
    : new ConnectionError('connection-failed', 'the upload broke off without a reason');
  return { settled: settled.slice(0, lines.length), fault };
}

function parseResult(line: string): WriteResult | null {
  try {
    return JSON.parse(line) as WriteResult;
  } catch {
    return null;
  }
}

/** The log, not the event, is why it failed: it and those after it are sent again. */
function isPassing({ problem }: WriteResult): boolean {
  return problem !== undefined && (problem['status'] === 503 || problem['status'] === 408);
}

const toEvent = (line: string): EventInput => {
  try {
    return JSON.parse(line) as EventInput;
  } catch {
    return line as unknown as EventInput;
  }
};
