/** An ingest server of its own for one test, on a real log in a real PostgreSQL, over real sockets. */
import { createHttpServer, listen } from '@ledgerline/http';
import { createPostgresLog } from '@ledgerline/log';
import { freshDatabase } from '@ledgerline/testkit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Test } from 'tap';
import { type IngestLog, type IngestOptions, ledgerSubjectRule, registerIngest } from '../src/app.ts';

export type Ingest = {
  readonly url: string;
  readonly port: number;
  readonly log: IngestLog;
  post(body: NonNullable<RequestInit['body']>, headers: Record<string, string>, query?: string): Promise<Answer>;
  /** One event, structured. */
  send(event: unknown, query?: string): Promise<Answer>;
  sendBatch(events: unknown, query?: string): Promise<Answer>;
  sendLines(lines: string, query?: string): Promise<Answer & { lines: Body[] }>;
  /** What the log holds, as JSON values, in log order within each partition. */
  recorded(): Promise<Recorded[]>;
  stop(): Promise<void>;
};

/** All that an answer's body may have; which of it is there is what these tests are about. */
export type Body = {
  readonly status: string | number;
  readonly index: number;
  readonly line: number;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
  readonly results: readonly Body[];
  readonly problem: Body;
};
export type Recorded = Readonly<Record<string, unknown>>;
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: Body };

export type IngestTestOptions = Omit<IngestOptions, 'log'> & {
  readonly headersTimeoutMs?: number;
  /** Stands before the real log, to fail in ways it seldom does. */
  readonly wrap?: (log: IngestLog) => IngestLog;
};

export async function startIngest(t: Test, options: IngestTestOptions = {}): Promise<Ingest> {
  const { pool } = await freshDatabase(t);
  const logger = pino({ level: 'silent' });
  const writer = { rule: ledgerSubjectRule, partitions: 4 };
  const log: IngestLog = createPostgresLog({ pool, logger, writer });
  const { headersTimeoutMs, wrap = (same: IngestLog) => same, ...rest } = options;
  const app = createHttpServer({
    logger,
    registry: new Registry(),
    host: '127.0.0.1',
    checks: [{ name: 'log', check: () => log.ping() }],
    ...(headersTimeoutMs !== undefined && { headersTimeoutMs }),
  });
  registerIngest(app, { ...rest, log: wrap(log) });
  const url = await listen(app, { host: '127.0.0.1', port: 0 });
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= app.close().then(() => log.close());
    return stopped;
  };
  t.teardown(stop);
  const post = async (
    body: NonNullable<RequestInit['body']>,
    headers: Record<string, string>,
    query = '',
  ): Promise<Answer> => {
    const response = await fetch(`${url}/v1/events${query}`, { method: 'POST', body, headers });
    const text = await response.text();
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
  };
  return {
    url,
    port: Number(new URL(url).port),
    log,
    post,
    send: (event, query) => post(JSON.stringify(event), { 'content-type': 'application/cloudevents+json' }, query),
    sendBatch: (events, query) =>
      post(JSON.stringify(events), { 'content-type': 'application/cloudevents-batch+json' }, query),
    async sendLines(lines, query) {
      const answer = await post(lines, { 'content-type': 'application/x-ndjson' }, query);
      const isLines = answer.headers.get('content-type')?.startsWith('application/x-ndjson');
      return { ...answer, lines: isLines ? linesOf(answer.text) : [] };
    },
    recorded: async () => await readAll(log),
    stop,
  };
}

export const linesOf = (text: string): Body[] =>
  text
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

async function readAll(log: IngestLog): Promise<Recorded[]> {
  const found: Recorded[] = [];
  const ends = await log.ends();
  for (const [partition, end] of ends.entries()) {
    for await (const batch of log.read(partition, 0, end, 1_000)) {
      for (const { value } of batch.records) found.push(JSON.parse(value.toString()));
    }
  }
  return found;
}
