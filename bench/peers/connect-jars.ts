/** Kafka Connect and Debezium's JDBC sink by Maven, once a checkout, into its cache: nothing of it belongs to the product. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../node_modules/.cache/ledgerline/', import.meta.url));
const timeoutMs = 600_000;

export const connectVersion = '4.2.0';
export const debeziumVersion = '3.5.0.Final';

export type ConnectJars = {
  /** Of the worker. */
  readonly worker: string;
  /** Whose subfolders are plugins. */
  readonly plugins: string;
};

/** Rejects where there is no JDK, no Maven, or no way to the registry. */
export async function connectJars(): Promise<ConnectJars> {
  await run('java', ['-version']);
  const folder = join(cache, `debezium-${debeziumVersion}-connect-${connectVersion}`);
  const jars = { worker: join(folder, 'worker'), plugins: join(folder, 'plugins') };
  if (await exists(folder)) return jars;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'resolving-'));
  try {
    await copyJars(join(work, 'worker'), [
      ['org.apache.kafka', 'connect-runtime', connectVersion],
      ['org.apache.kafka', 'connect-json', connectVersion],
      ['org.slf4j', 'slf4j-simple', '1.7.36'],
    ]);
    const sink: Artifact[] = [
      ['io.debezium', 'debezium-connector-jdbc', debeziumVersion],
      ['org.postgresql', 'postgresql', '42.7.8'],
    ];
    await copyJars(join(work, 'plugins', 'jdbc'), sink, 'com.fasterxml.jackson.core,org.apache.kafka');
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return jars;
}

type Artifact = readonly [group: string, name: string, version: string];

async function copyJars(folder: string, artifacts: readonly Artifact[], without = ''): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pom = `${folder}.pom.xml`;
  const dependencies = artifacts.map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  await writeFile(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bench</groupId><artifactId>peer</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>`,
  );
  const options = [`-DoutputDirectory=${folder}`, ...(without === '' ? [] : [`-DexcludeGroupIds=${without}`])];
  await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', ...options], { timeout: timeoutMs });
  await rm(pom);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
