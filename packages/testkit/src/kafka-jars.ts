/** Kafka's own jars by Maven, once a checkout: a broker needs no more than them and a JDK. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kafkaConfig } from './kafka-config.ts';

const run = promisify(execFile);

export const KAFKA_VERSION = '4.3.0';
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/ledgerline/', import.meta.url));
const MAVEN_TIMEOUT_MS = 300_000;

/** The folder of the jars; null where there is no JDK or no Maven. Rejects where Maven fails. */
export async function kafkaJars(): Promise<string | null> {
  const folder = join(CACHE, `kafka-${KAFKA_VERSION}`);
  if (!(await answers(kafkaConfig.java, ['-version']))) return null;
  if ((await readdir(folder).catch(() => [])).length > 0) return folder;
  if (!(await answers('mvn', ['-version']))) return null;
  await mkdir(CACHE, { recursive: true });
  // Complete or not there at all: test processes that start together may all come by here.
  const work = await mkdtemp(join(CACHE, 'resolving-'));
  try {
    await writeFile(join(work, 'pom.xml'), pom);
    const jars = join(work, 'jars');
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    await run('mvn', ['-q', '-B', '-f', join(work, 'pom.xml'), ...goal], { timeout: MAVEN_TIMEOUT_MS });
    await rename(jars, folder).catch(async (error: unknown) => {
      if ((await readdir(folder).catch(() => [])).length === 0) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function answers(command: string, args: readonly string[]): Promise<boolean> {
  return await run(command, args, { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}

const dependency = (name: string) =>
  `<dependency><groupId>org.apache.kafka</groupId><artifactId>${name}</artifactId><version>${KAFKA_VERSION}</version></dependency>`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ledgerline</groupId><artifactId>broker-for-tests</artifactId><version>1</version>
  <dependencies>${dependency('kafka_2.13')}${dependency('kafka-tools')}</dependencies>
</project>
`;
