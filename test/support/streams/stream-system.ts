/** The services that streams need, each a process that can be killed and started again. */
import { freshDatabase, type ServiceName, startService, type Teardown } from '@ledgerline/testkit';
import { freshTopic } from '../systems.ts';

export type StreamedView = 'journal' | 'timeline';

export type StreamSystem = {
  readonly ingestUrl: string;
  /** Of the query service now: it is another one after a restart. */
  queryUrl(): string;
  /** Starts one more query service; its URL once it is ready. */
  anotherQuery(): Promise<string>;
  /** SIGTERM or SIGKILL, and a new one. */
  restartQuery(how: 'stop' | 'kill'): Promise<void>;
  /** SIGKILL, and a new one. */
  killProjector(view: StreamedView): Promise<void>;
  /** SIGKILL; resolves with what starts a new one. */
  takeProjector(view: StreamedView): Promise<() => Promise<void>>;
};

/** @param brokers of Kafka; null: the log in PostgreSQL */
export async function startStreamSystem(t: Teardown, brokers: readonly string[] | null): Promise<StreamSystem> {
  const { url } = await freshDatabase(t);
  const env = {
    DATABASE_URL: url,
    LEDGERLINE_CORS_ORIGINS: '*',
    ...(brokers !== null && { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: freshTopic() }),
  };
  const start = (name: ServiceName) => startService(t, name, env);
  const [ingest, query, journal, timeline] = await Promise.all([
    start('ingest'),
    start('query'),
    start('projector-journal'),
    start('projector-timeline'),
  ]);
  const services = { query, 'projector-journal': journal, 'projector-timeline': timeline };
  // At once: one after the other they would take their time each.
  t.teardown(async () => {
    await Promise.all([ingest, ...Object.values(services)].map((service) => service.stop()));
  });
  const take = async (name: keyof typeof services, how: 'stop' | 'kill') => {
    await services[name][how]();
    return async () => {
      services[name] = await start(name);
    };
  };
  await Promise.all([ingest, ...Object.values(services)].map((service) => service.ready()));
  return {
    ingestUrl: ingest.baseUrl,
    queryUrl: () => services.query.baseUrl,
    async anotherQuery() {
      const another = await start('query');
      await another.ready();
      return another.baseUrl;
    },
    restartQuery: async (how) => await (await take('query', how))(),
    killProjector: async (view) => await (await take(`projector-${view}`, 'kill'))(),
    takeProjector: (view) => take(`projector-${view}`, 'kill'),
  };
}
