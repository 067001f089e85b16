/** The whole of Ledgerline in this process, on the embedded log, in a database of its own. */
import { freshDatabase, type Teardown } from '@ledgerline/testkit';
import { readConfig } from '../../services/standalone/src/config.ts';
import { startStandalone } from '../../services/standalone/src/standalone.ts';
import { createRestClient, type RestClient } from '../support/rest-client.ts';
import { until } from '../support/until.ts';

export async function startSystem(scope: Teardown, partitions: number): Promise<RestClient> {
  const database = await freshDatabase(scope);
  const { promise: url, resolve } = Promise.withResolvers<string>();
  const environment = { PORT: '0', LOG_LEVEL: 'silent', LEDGERLINE_SEEDS: 'off', KAFKA_PARTITIONS: String(partitions) };
  const config = readConfig({ ...environment, DATABASE_URL: database.url });
  const system = await startStandalone(config, new AbortController().signal, (links) =>
    resolve(/http:\/\/[^/\s]+/.exec(links)?.[0] ?? ''),
  );
  scope.teardown(() => system.stop());
  const at = await url;
  const client = createRestClient({ read: at, write: at });
  await until('ready', async () => ((await client.get('/health/ready')).status === 200 ? true : undefined));
  return client;
}

/** Rejects unless every event is stored; resolves when every view holds them. */
export async function postAll(client: RestClient, batches: readonly (readonly unknown[])[]): Promise<void> {
  const positions: string[] = [];
  for (const batch of batches) {
    const { status, text, json } = await client.post(JSON.stringify(batch), 'application/cloudevents-batch+json');
    if (status !== 201) throw new Error(`${status} ${text}`);
    positions.push((json as { position: string }).position);
  }
  await client.settle(positions);
}
