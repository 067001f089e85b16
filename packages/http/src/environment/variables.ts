/**
 * The variables that several services share, as shapes to spread into a service's schema in its config.ts:
 * `z.object({ ...serviceVariables(8081), MORE: … })`.
 */
import { z } from 'zod';
import { isLoopbackName } from '../server/loopback-names.ts';

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((value) => value >= from && value <= to, `must be a whole number from ${from} to ${to}`);

const commaList = (what: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every((item) => item !== ''), `must be ${what}, separated by commas`);

/** `on` or `off`. */
export const onOff = z.enum(['on', 'off'], 'must be "on" or "off"').transform((value) => value === 'on');

/** A number of bytes. */
export const bytesVariable = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const listenVariables = (port: number) => ({
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or address')
    .default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(port),
});

export const logVariables = {
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
};

const databaseUrl = z.string().refine(isDatabaseUrl, 'must be a postgres:// URL');

/** As libpq reads them, the host may be left out (`postgres://user@/name?host=/folder`): URL alone would refuse that. */
function isDatabaseUrl(text: string): boolean {
  return (
    /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace(/^([a-z]+:\/\/)([^/?#]*@)?(?=\/)/, '$1$2localhost'))
  );
}

/** Needed by the services of the distributed system. */
export const databaseVariables = { DATABASE_URL: databaseUrl };

/** Standalone: without it PostgreSQL is embedded, in LEDGERLINE_DATA. */
export const optionalDatabaseVariables = {
  DATABASE_URL: databaseUrl.optional(),
  LEDGERLINE_DATA: z.string().default('.ledgerline'),
};

const topicName = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** KAFKA_BROKERS unset: the log is in PostgreSQL. `toKafkaEnvironment` makes one object of these. */
export const kafkaVariables = {
  KAFKA_BROKERS: commaList('host:port pairs')
    .refine((brokers) => brokers.every((broker) => /^[^\s:]+:\d{1,5}$|^\[[0-9A-Fa-f:]+\]:\d{1,5}$/.test(broker)), {
      error: 'must be host:port pairs, separated by commas',
    })
    .optional(),
  KAFKA_TOPIC: z.string().regex(topicName, 'must be a topic name').default('ledgerline.events'),
  KAFKA_PARTITIONS: wholeNumber(1, 1_000).default(8),
  KAFKA_REPLICATION: wholeNumber(1, 32).default(1),
  KAFKA_SSL: onOff.default(false),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be plain, scram-sha-256 or scram-sha-512')
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
};

export const accessVariables = {
  LEDGERLINE_KEYS_FILE: z.string().optional(),
  LEDGERLINE_JWKS_URL: z
    .string()
    .refine(isTrustedUrl, 'must be an https:// URL (http:// on a loopback address only)')
    .optional(),
  LEDGERLINE_JWKS_ISSUER: z.string().optional(),
  LEDGERLINE_JWKS_AUDIENCE: z.string().optional(),
  /** Requests in a minute, to each process. Nothing is limited on loopback. */
  LEDGERLINE_REQUEST_LIMIT_PER_KEY: wholeNumber(1, 1_000_000_000).default(60_000),
  LEDGERLINE_REQUEST_LIMIT_PER_ADDRESS: wholeNumber(1, 1_000_000_000).default(600),
  LEDGERLINE_CORS_ORIGINS: commaList('origins')
    .refine((origins) => origins.every((origin) => origin === '*' || isOrigin(origin)), {
      error: 'must be origins such as https://news.example, or *, separated by commas',
    })
    .default([]),
};

/** Whoever can change what it answers can let anybody in. */
function isTrustedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname));
}

/** What bounds the streams of a process that serves them. */
export const streamVariables = {
  /** Streams at a time: of the process, and of one key. */
  LEDGERLINE_STREAM_LIMIT: wholeNumber(1, 1_000_000).default(4_000),
  LEDGERLINE_STREAM_LIMIT_PER_KEY: wholeNumber(1, 1_000_000).default(2_000),
  /** Seconds. */
  LEDGERLINE_STREAM_MAX_AGE: wholeNumber(1, 2_000_000).default(3_600),
};

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

/** What every service of the distributed system takes. */
export const serviceVariables = (port: number) => ({
  ...listenVariables(port),
  ...databaseVariables,
  ...kafkaVariables,
  ...accessVariables,
  ...logVariables,
});
