/** An empty database, or a copy of a prepared one, for one test: made in some ten milliseconds, dropped with the test. */
import { setTimeout as delay } from 'node:timers/promises';
import { createPool } from '@ledgerline/database';
import { type Connection, type Pool, quietLogger, toDatabaseUrl } from './postgres-settings.ts';
import { joinSharedServer } from './postgres-shared-server.ts';

/** The part of a tap test that is needed. */
export type Teardown = { teardown(work: () => void | Promise<void>): void };

export type DatabaseTemplate = {
  /** Same name, same content: within one test process. */
  readonly name: string;
  /** Fills the template, once. Must end its own pools. */
  prepare(connection: Connection): Promise<void>;
};

export type FreshDatabase = {
  readonly connection: Connection;
  /** For DATABASE_URL of a child process. */
  readonly url: string;
  /** 10 connections; ended with the test. */
  readonly pool: Pool;
};

const templates = new Map<string, Promise<string>>();
let made = 0;

/** On the server that all test processes share: for tests that do nothing to the server itself. See `startPostgres`. */
export async function freshDatabase(
  t: Teardown,
  options: { template?: DatabaseTemplate } = {},
): Promise<FreshDatabase> {
  const shared = await joinSharedServer();
  const template = options.template && (await preparedTemplate(shared, options.template));
  const name = `test_${process.pid}_${++made}`;
  await administer(shared, `create database ${name}${template === undefined ? '' : ` template ${template}`}`);
  const connection = { ...shared, database: name };
  const pool = createPool({ connection, applicationName: 'test' }, quietLogger);
  t.teardown(async () => {
    if (!pool.ending) await pool.end();
    await dropDatabase(shared, name);
  });
  return { connection, url: toDatabaseUrl(connection), pool };
}

function preparedTemplate(shared: Connection, template: DatabaseTemplate): Promise<string> {
  let prepared = templates.get(template.name);
  if (prepared === undefined) {
    prepared = prepare(shared, template);
    templates.set(template.name, prepared);
  }
  return prepared;
}

async function prepare(shared: Connection, template: DatabaseTemplate): Promise<string> {
  const name = `template_${process.pid}_${templates.size}`;
  await administer(shared, `drop database if exists ${name} with (force)`);
  await administer(shared, `create database ${name}`);
  await template.prepare({ ...shared, database: name });
  return name;
}

/** `pool.end()` resolves before its connections are closed: cut off then, a client without a listener ends the test. */
const CLOSING_MS = 1_000;
const PAUSE_MS = 20;

async function dropDatabase(shared: Connection, name: string): Promise<void> {
  const deadline = performance.now() + CLOSING_MS;
  const inUse = `select from pg_stat_activity where datname = '${name}' and backend_type = 'client backend'`;
  while ((await administer(shared, inUse)) > 0 && performance.now() < deadline) await delay(PAUSE_MS);
  await administer(shared, `drop database if exists ${name} with (force)`);
}

/** The number of rows. */
async function administer(shared: Connection, statement: string): Promise<number> {
  const pool = createPool({ connection: shared, applicationName: 'test', max: 1 }, quietLogger);
  try {
    return (await pool.query(statement)).rowCount ?? 0;
  } finally {
    await pool.end();
  }
}
