/**
 * An empty broker's storage, as Kafka's own tool formats it: once a checkout and node, since the tool is a JVM of its own that
 * takes longer than a broker needs to be up. Complete or not there at all: test processes start together.
 */
import { execFile } from 'node:child_process';
import { access, cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaConfig } from './kafka-config.ts';

const run = promisify(execFile);
const FORMAT_TIMEOUT_MS = 60_000;
const CLUSTER_ID = 'bGVkZ2VybGluZS10ZXN0cw';

export type StorageSpec = {
  readonly jars: string;
  /** The JVM's options. */
  readonly jvm: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
};

/** @param folder where the storage is put; not there yet */
export async function formatStorage(spec: StorageSpec, folder: string): Promise<void> {
  // What is in it names the cluster, the node and the version, and no address.
  const formatted = `${spec.jars}-storage-${spec.properties['node.id']}`;
  if (!(await exists(formatted))) await makeStorage(spec, formatted);
  await cp(formatted, folder, { recursive: true });
}

async function makeStorage({ jars, jvm, properties }: StorageSpec, formatted: string): Promise<void> {
  const work = await mkdtemp(`${formatted}-`);
  try {
    const data = join(work, 'data');
    const file = join(work, 'server.properties');
    await writeFile(file, toPropertiesText({ ...properties, 'log.dirs': data }));
    const args = ['-cp', `${jars}/*`, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file];
    await run(kafkaConfig.java, [...jvm, ...args], { timeout: FORMAT_TIMEOUT_MS });
    await rename(data, formatted).catch(async (error: unknown) => {
      if (!(await exists(formatted))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export const toPropertiesText = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
