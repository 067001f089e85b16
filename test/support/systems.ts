/** Whole systems under test, both ways of running: one process on the embedded log, five processes on Kafka. */
import {
  freshDatabase,
  type KafkaBroker,
  type ServiceName,
  startService,
  type Teardown,
  type TestService,
} from '@ledgerline/testkit';
import { createRestClient, type RestClient } from './rest-client.ts';

/** The services of the distributed system. */
export const serviceNames = [
  'ingest',
  'projector-journal',
  'projector-timeline',
  'projector-statistics',
  'query',
] as const satisfies readonly ServiceName[];

export type DistributedServices = Readonly<Record<(typeof serviceNames)[number], TestService>>;

let topics = 0;

/** A topic of this test's own; ingest creates it. */
export const freshTopic = (): string => `e2e-${process.pid}-${Date.now()}-${++topics}`;

/** `npm start` without npm, on a database of its own in the tests' server. Ready. */
export async function startStandalone(t: Teardown, env: Readonly<Record<string, string>> = {}): Promise<RestClient> {
  const { url } = await freshDatabase(t);
  const service = await startService(t, 'standalone', { DATABASE_URL: url, ...env });
  await service.ready();
  return createRestClient({ read: service.baseUrl, write: service.baseUrl });
}

/** Every service as its own process. Ready. */
export async function startDistributed(
  t: Teardown,
  broker: KafkaBroker,
  env: Readonly<Record<string, string>> = {},
): Promise<RestClient> {
  const { url } = await freshDatabase(t);
  const topic = { KAFKA_BROKERS: broker.brokers.join(','), KAFKA_TOPIC: freshTopic() };
  const services = await startServices(t, { ...topic, DATABASE_URL: url, ...env });
  await Promise.all(Object.values(services).map((service) => service.ready()));
  return clientOf(services);
}

/** Each listens; whether it is ready is for the test to ask. */
export async function startServices(t: Teardown, env: Readonly<Record<string, string>>): Promise<DistributedServices> {
  const started = serviceNames.map(async (name) => [name, await startService(t, name, env)] as const);
  return Object.fromEntries(await Promise.all(started)) as DistributedServices;
}

export const clientOf = ({ query, ingest }: DistributedServices): RestClient =>
  createRestClient({ read: query.baseUrl, write: ingest.baseUrl });
