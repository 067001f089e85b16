/**
 * What every benchmark stands on: one broker and one PostgreSQL with production durability, fresh topics and databases,
 * child processes for whatever is measured. Everything is on this machine and ends with the run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createPool } from '@ledgerline/database';
import { ensureTopic } from '@ledgerline/log';
import { startKafka, startPostgres, toDatabaseUrl } from '@ledgerline/testkit';
import pino from 'pino';
import { benchConfig } from './config.ts';

export type Rig = {
  readonly brokers: string;
  /** An empty database's URL. */
  freshDatabase(): Promise<string>;
  /** A new topic as the services make it, or without anything in it (`bare`, for the limits). */
  freshTopic(): Promise<string>;
  stop(): Promise<void>;
};

export type Child = {
  readonly pid: number;
  /** The first line, printed already or still to come, that matches. */
  line(pattern: RegExp, timeoutMs?: number): Promise<string>;
  stop(): Promise<void>;
};

export const partitions = 8;
export const quietLogger = pino({ level: benchConfig.logLevel }, process.stderr);

/** Those of the npm scripts; the limits are run with them too. */
const nodeFlags = ['--disable-warning=TimeoutNegativeWarning', '--max-semi-space-size=64'];
const root = new URL('../', import.meta.url);
const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

export async function startRig(): Promise<Rig> {
  const teardowns: (() => void | Promise<void>)[] = [];
  const t = { teardown: (work: () => void | Promise<void>) => void teardowns.push(work) };
  const kafka = await startKafka(t);
  if (kafka === null) throw new Error('the benchmarks need a Kafka broker: see the message above');
  const postgres = await startPostgres(t, { settings: durable });
  let made = 0;
  return {
    brokers: kafka.brokers.join(','),
    async freshDatabase() {
      const name = `bench_${++made}`;
      const pool = createPool({ connection: postgres.url, applicationName: 'bench', max: 1 }, quietLogger);
      await pool.query(`create database ${name}`);
      await pool.query('checkpoint');
      await pool.end();
      return toDatabaseUrl({ ...postgres.connection, database: name });
    },
    async freshTopic() {
      const topic = `bench.${process.pid}.${++made}`;
      const settings = { brokers: kafka.brokers, topic, clientId: 'bench', ssl: false };
      await ensureTopic(settings, { partitions, replication: 1 }, quietLogger);
      return topic;
    },
    async stop() {
      for (const work of teardowns.toReversed()) await work();
    },
  };
}

/** @param path of a module, or of a program in Python, below the repository's root */
export async function startChild(path: string, env: Record<string, string>): Promise<Child> {
  const file = fileURLToPath(new URL(path, root));
  const [command, args] = path.endsWith('.py') ? ['python3', [file]] : [process.execPath, [...nodeFlags, file]];
  const child = spawn(command, args, {
    env: { PATH: benchConfig.path, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  const lines: string[] = [];
  const arrived = new EventTarget();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    arrived.dispatchEvent(new Event('line'));
  });
  child.once('exit', (code) => {
    lines.push(`exited with ${code}`);
    arrived.dispatchEvent(new Event('line'));
  });
  return {
    pid: child.pid ?? 0,
    async line(pattern, timeoutMs = 120_000) {
      const deadline = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const found = lines.find((line) => pattern.test(line));
        if (found !== undefined) return found;
        if (lines.some((line) => line.startsWith('exited with'))) throw new Error(`${path} ${lines.at(-1)}`);
        await once(arrived, 'line', { signal: deadline });
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The base URL that a service logs. */
export async function baseUrl(child: Child): Promise<string> {
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(await child.line(/http:\/\/127\.0\.0\.1:\d+/)) ?? [];
  if (url === undefined) throw new Error('no URL');
  return url;
}

/** Waits until `/health/ready` is 200. */
export async function ready(url: string): Promise<void> {
  await until(async () => (await fetch(`${url}/health/ready`)).ok, 60_000, `${url} to be ready`);
}

export async function until(condition: () => Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** For a load that is to go on for a time. */
export async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1_000);
  });
}

/** Resident memory of a service, by its own metric, in MiB. */
export async function residentMiB(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes(?:\{.*\})? (\S+)$/m.exec(text)?.[1];
  return Math.round(Number(bytes) / 1_048_576);
}
