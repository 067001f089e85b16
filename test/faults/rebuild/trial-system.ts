/**
 * The distributed system of a rebuild trial: a log filled beforehand by the log's own writer, two projectors of each view,
 * one ingest and one query service, each a process of its own that comes again when it is killed.
 */
import { createPool } from '@ledgerline/database';
import { admitEvent, ledgerSubjectRule } from '@ledgerline/ingest';
import { type AppendRecord, createKafkaLog, createPostgresLog, type EventLog, ensureTopic } from '@ledgerline/log';
import { type ViewName, viewNames } from '@ledgerline/projection';
import {
  freePorts,
  generateEvents,
  quietLogger,
  type ServiceName,
  startKafka,
  startPostgres,
  type Teardown,
} from '@ledgerline/testkit';
import { type SupervisedService, superviseService } from '../supervised-service.ts';
import type { TrialOptions } from './trial-options.ts';

export type TrialSystem = {
  readonly pool: ReturnType<typeof createPool>;
  readonly ingest: SupervisedService;
  readonly query: SupervisedService;
  readonly projectors: Readonly<Record<ViewName, readonly SupervisedService[]>>;
  /** Next offset of every partition of the log. */
  ends(): Promise<readonly number[]>;
};

const PARTITIONS = 8;
const TOPIC = 'ledgerline.events';
const RECORDS_PER_APPEND = 1_000;
const mix = { corrections: 0.1, links: 0.05, statusChanges: 0.03, retractions: 0.01 };
const durable = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

/** What is there from the beginning, and what is written meanwhile. */
export const historySeed = 7;
export const writingSeed = 8;

/** Endless, in an order that may be sent in batches side by side. */
export function eventsOf(seed: number, count = Number.MAX_SAFE_INTEGER) {
  return generateEvents({ count, seed, minDistance: 400, ...mix });
}

/** null where no broker can be had. The services are started, not ready. */
export async function startTrialSystem(t: Teardown, options: TrialOptions): Promise<TrialSystem | null> {
  const { log: kind, events, say } = options;
  const broker = kind === 'kafka' ? await startKafka(t) : null;
  if (kind === 'kafka' && broker === null) return null;
  const postgres = await startPostgres(t, {
    settings: { max_connections: '250', ...durable },
  });
  // Sums over whole views must not take the cores from what is looked at.
  const connection = { connectionString: postgres.url, options: '-c max_parallel_workers_per_gather=0' };
  const pool = createPool({ connection, applicationName: 'trial', statementTimeoutMs: 0 }, quietLogger);
  t.teardown(() => pool.end());
  const topic = `${TOPIC}.${process.pid}`;
  const writer = { rule: ledgerSubjectRule };
  const kafka = { brokers: [...(broker?.brokers ?? [])], topic, clientId: 'trial', ssl: false };
  if (broker !== null) await ensureTopic(kafka, { partitions: PARTITIONS, replication: 1 }, quietLogger);
  const log =
    broker === null
      ? createPostgresLog({ pool, logger: quietLogger, writer: { ...writer, partitions: PARTITIONS } })
      : createKafkaLog({ kafka, pool, logger: quietLogger, writer });
  t.teardown(() => log.close());
  const env = {
    DATABASE_URL: postgres.url,
    KAFKA_PARTITIONS: String(PARTITIONS),
    ...(broker !== null && { KAFKA_BROKERS: broker.brokers.join(','), KAFKA_TOPIC: topic }),
  };
  const start = async (service: ServiceName, name: string) => {
    const [port = 0] = await freePorts(1);
    return await superviseService(t, { name, service, port, env });
  };
  const pair = async (view: ViewName) =>
    await Promise.all(['a', 'b'].map(async (one) => await start(`projector-${view}`, `${view}-${one}`)));
  // Views grow while the log does: waiting for one and then for the other takes half as long again.
  const [journal, timeline, statistics, ingest, query] = await Promise.all([
    pair('journal'),
    pair('timeline'),
    pair('statistics'),
    start('ingest', 'ingest'),
    start('query', 'query'),
  ]);
  const startedAt = performance.now();
  await recordHistory(log, events);
  say(`${events} events were recorded in ${seconds(startedAt)} s`);
  return { pool, ends: () => log.ends(), projectors: { journal, timeline, statistics }, ingest, query };
}

/** Straight into the log, by its own writer, as ingest admits them; the next are made while some are being stored. */
async function recordHistory(log: EventLog, count: number): Promise<void> {
  let stored: Promise<unknown> = Promise.resolve();
  let waiting: AppendRecord[] = [];
  const store = async (): Promise<void> => {
    const records = waiting;
    waiting = [];
    await stored;
    stored = log.append(records, { atomic: true, deadlineMs: 60_000 });
  };
  for (const event of eventsOf(historySeed, count)) {
    const admitted = admitEvent(event, JSON.stringify(event));
    if (!admitted.ok) throw admitted.problem;
    waiting.push(admitted.record);
    if (waiting.length === RECORDS_PER_APPEND) await store();
  }
  if (waiting.length > 0) await store();
  await stored;
}

/** Waits until each live view, and what is kept beside it, holds what the log holds now. */
export async function awaitViews(
  system: TrialSystem,
  timeoutMs: number,
  views: readonly ViewName[] = viewNames,
): Promise<void> {
  const ends = await system.ends();
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { rows } = await system.pool
      .query<{ view: string; generation: number; offsets: number[] }>(
        `select g.view, g.generation, array_agg(c.next_offset order by c.partition) as offsets
       from projection.generations g join projection.checkpoints c using (view, generation)
       where g.state in ('live', 'kept') and g.view = any ($1) group by g.view, g.generation`,
        [views],
      )
      .catch(() => ({ rows: [] }));
    const held = rows.filter(({ offsets }) => ends.every((end, partition) => (offsets[partition] ?? 0) >= end));
    if (held.length === rows.length && new Set(rows.map(({ view }) => view)).size === views.length) return;
    if (performance.now() > deadline) throw new Error(`the views do not hold the log: ${JSON.stringify(rows)}`);
    await pause(100);
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}
