/** docker-compose.yml at rest: what it says of order, health, data and variables, held against the services it starts. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import t from 'tap';
import { toProperties } from './support/compose-broker.ts';
import { ownServices, readComposeFile, TOPIC_STEP } from './support/compose-file.ts';
import { knownVariables } from './support/known-variables.ts';
import { projectUrl } from './support/project.ts';

const compose = await readComposeFile();
const own = ownServices(compose);
const { kafka, postgres, [TOPIC_STEP]: topics } = compose.services;
if (!kafka || !postgres || !topics) throw new Error('docker-compose.yml lacks kafka, postgres or topics');

await t.test('every service of the system but standalone has a container, started by its main.ts', async (t) => {
  const folders = (await readdir(new URL('services/', projectUrl))).filter((name) => name !== 'standalone');
  t.same(own.map(([name]) => name).toSorted(), folders.toSorted());
  for (const [name, { command }] of own) t.same(command, ['node', `services/${name}/src/main.ts`]);
  t.ok(existsSync(new URL(topics.command?.[1] ?? 'nothing', projectUrl)), 'the step is there');
});

await t.test('every variable is one that its service reads', async (t) => {
  const known = await knownVariables();
  for (const [name, { environment = {} }] of own) {
    const unknown = Object.keys(environment).filter((variable) => !known.get(name)?.has(variable));
    t.same(unknown, [], name);
  }
  const anyone = new Set([...known.values()].flatMap((names) => [...names]));
  t.same(
    Object.keys(topics.environment ?? {}).filter((variable) => !anyone.has(variable)),
    [],
    TOPIC_STEP,
  );
});

await t.test('containers wait for what they need, and the topic is made once', (t) => {
  const needs = { postgres: 'service_healthy', kafka: 'service_healthy', topics: 'service_completed_successfully' };
  for (const [name, service] of own) {
    const conditions = Object.entries(service.depends_on ?? {}).map(([on, { condition }]) => [on, condition]);
    t.same(Object.fromEntries(conditions), needs, name);
    t.equal(service.restart, 'unless-stopped', `${name} comes back`);
  }
  t.equal(topics.depends_on?.['kafka']?.condition, 'service_healthy');
  t.equal(topics.restart, 'no');
  t.end();
});

await t.test('every container that runs on has a healthcheck', (t) => {
  for (const [name, { healthcheck }] of Object.entries(compose.services)) {
    if (name === TOPIC_STEP) continue;
    t.ok((healthcheck?.test.length ?? 0) > 1, name);
    t.ok((healthcheck?.retries ?? 0) > 1, `${name} is asked more than once`);
  }
  t.end();
});

await t.test('data is in named volumes, at the places where the images keep it', (t) => {
  const mounts = (volumes: readonly string[] = []) => volumes.map((volume) => volume.split(':'));
  for (const [name, volumes] of [
    ['kafka', mounts(kafka.volumes)],
    ['postgres', mounts(postgres.volumes)],
  ] as const) {
    t.ok(volumes.length > 0, name);
    for (const [volume = ''] of volumes) t.ok(Object.hasOwn(compose.volumes, volume), `${name}: ${volume} is declared`);
  }
  const dataFolder = kafka.environment?.['KAFKA_LOG_DIRS'];
  t.ok(
    mounts(kafka.volumes).some(([, path]) => path === dataFolder),
    'the broker’s data is in its volume',
  );
  // From 18 on the image keeps its data below this folder, in one of the major version's name.
  t.match(postgres.image, /^postgres:18\b/);
  t.ok(mounts(postgres.volumes).some(([, path]) => path === '/var/lib/postgresql'));
  t.end();
});

await t.test('nothing in the broker ever expires, and no topic makes itself', (t) => {
  const properties = toProperties(kafka.environment ?? {});
  t.match(properties, {
    'log.retention.ms': '-1',
    'log.retention.bytes': '-1',
    'log.cleanup.policy': 'delete',
    'auto.create.topics.enable': 'false',
    'process.roles': 'broker,controller',
  });
  t.end();
});

await t.test('names, passwords and ports agree between the containers', (t) => {
  const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = postgres.environment ?? {};
  const listener = kafka.environment?.['KAFKA_ADVERTISED_LISTENERS'];
  for (const [name, { environment = {}, ports = [], secrets = [] }] of [...own, [TOPIC_STEP, topics] as const]) {
    t.equal(environment['DATABASE_URL'], `postgres://${user}:${password}@postgres:5432/${database}`, name);
    t.equal(`PLAINTEXT://${environment['KAFKA_BROKERS']}`, listener, name);
    const file = environment['LEDGERLINE_KEYS_FILE'];
    t.ok(
      secrets.some((secret) => file === `/run/secrets/${secret}` && Object.hasOwn(compose.secrets, secret)),
      name,
    );
    for (const port of ports) t.equal(port, `127.0.0.1:${environment['PORT']}:${environment['PORT']}`, name);
  }
  t.same(
    own
      .filter(([, { ports }]) => ports)
      .map(([name]) => name)
      .toSorted(),
    ['ingest', 'query'],
  );
  t.end();
});
