/**
 * The whole system as processes of its own, each behind links that a fault can spoil: a broker behind one proxy,
 * PostgreSQL behind one proxy for each process, so that one may be cut off while the others go on.
 */
import {
  type BrokerControl,
  freePorts,
  type OwnPostgres,
  type ServiceName,
  startKafka,
  startPostgres,
  startTcpProxy,
  type TcpProxy,
  type Teardown,
} from '@ledgerline/testkit';
import { baseServices, type LogKind } from './fault-plan.ts';
import { type SupervisedService, superviseService } from './supervised-service.ts';

export type ChaosSystem = {
  readonly log: LogKind;
  readonly postgres: OwnPostgres;
  /** null on the embedded log. */
  readonly broker: (BrokerControl & { readonly direct: readonly string[]; readonly topic: string }) | null;
  /** By name; projectors come and go. */
  readonly services: Map<string, SupervisedService>;
  readonly links: ReadonlyMap<string, TcpProxy>;
  readonly ingests: readonly SupervisedService[];
  readonly query: SupervisedService;
  addProjector(name: string): Promise<SupervisedService>;
  isReady(): Promise<boolean>;
};

const TOPIC = 'ledgerline.events';
/** What `kill -9` can take from an acknowledged commit is what PostgreSQL itself promises: without fsync nothing more. */
const SETTINGS = { synchronous_commit: 'on' };

/** null where no broker of our own can be had. Started, not ready. */
export async function startChaosSystem(t: Teardown, log: LogKind): Promise<ChaosSystem | null> {
  const broker = log === 'kafka' ? await startKafka(t, { own: true }) : null;
  const control = broker?.control ?? null;
  if (log === 'kafka' && (broker === null || control === null)) return null;
  const postgres = await startPostgres(t, { settings: SETTINGS });
  const links = new Map<string, TcpProxy>();
  const kafkaEnv: Record<string, string> = {};
  if (control !== null) {
    const { listening, advertised } = control.proxied;
    links.set('kafka', await startTcpProxy(t, { host: '127.0.0.1', port: listening }, advertised));
    kafkaEnv['KAFKA_BROKERS'] = `127.0.0.1:${advertised}`;
    kafkaEnv['KAFKA_TOPIC'] = TOPIC;
  }
  const services = new Map<string, SupervisedService>();

  const start = async (name: string, port: number): Promise<SupervisedService> => {
    const link = await startTcpProxy(t, { path: socketOf(postgres) });
    links.set(`database of ${name}`, link);
    const { user = '', database = '' } = postgres.connection;
    const env = { ...kafkaEnv, DATABASE_URL: `postgresql://${user}@127.0.0.1:${link.port}/${database}` };
    const service = await superviseService(t, { name, service: name.replace(/-\d+$/, '') as ServiceName, port, env });
    services.set(name, service);
    return service;
  };

  const ports = await freePorts(baseServices.length);
  await Promise.all(baseServices.map(async (name, index) => await start(name, ports[index] ?? 0)));
  const serviceOf = (name: string): SupervisedService => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  };
  return {
    log,
    postgres,
    broker: broker && control && { ...control, direct: broker.brokers, topic: TOPIC },
    services,
    links,
    ingests: [serviceOf('ingest-1'), serviceOf('ingest-2')],
    query: serviceOf('query-1'),
    async addProjector(name) {
      const [port = 0] = await freePorts(1);
      return await start(name, port);
    },
    async isReady() {
      const ready = await Promise.all([...services.values()].map(async (service) => await service.isReady()));
      return ready.every(Boolean);
    },
  };
}

/** PostgreSQL's socket in the folder that the connection names as its host. */
function socketOf({ connection: { host = '', port = 5432 } }: OwnPostgres): string {
  return `${host}/.s.PGSQL.${port}`;
}
