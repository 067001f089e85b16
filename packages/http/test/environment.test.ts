import t from 'tap';
import { z } from 'zod';
import {
  accessVariables,
  ConfigurationError,
  databaseVariables,
  kafkaVariables,
  listenVariables,
  logVariables,
  parseEnvironment,
  readServiceEnvironment,
  toKafkaEnvironment,
} from '../src/index.ts';

const schema = z.object({
  ...listenVariables(8081),
  ...databaseVariables,
  ...kafkaVariables,
  ...accessVariables,
  ...logVariables,
});
const url = 'postgres://localhost/ledgerline';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(schema, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

t.test('defaults are those of the documentation', async (t) => {
  t.match(parseEnvironment(schema, { DATABASE_URL: url }), {
    HOST: '127.0.0.1',
    PORT: 8081,
    LOG_LEVEL: 'info',
    KAFKA_BROKERS: undefined,
    KAFKA_TOPIC: 'ledgerline.events',
    KAFKA_PARTITIONS: 8,
    LEDGERLINE_CORS_ORIGINS: [],
  });
});

t.test('a variable set to nothing counts as not set', async (t) => {
  t.match(parseEnvironment(schema, { DATABASE_URL: url, PORT: '', KAFKA_BROKERS: ' ' }), {
    PORT: 8081,
    KAFKA_BROKERS: undefined,
  });
});

t.test('all bad variables are named at once, those that are bad only together included', async (t) => {
  const problems = problemsOf({
    HOST: '0.0.0.0',
    PORT: '99999',
    LOG_LEVEL: 'loud',
    KAFKA_BROKERS: 'kafka',
    KAFKA_PARTITIONS: 'many',
    KAFKA_SASL_USERNAME: 'me',
    LEDGERLINE_CORS_ORIGINS: 'news.example',
    LEDGERLINE_JWKS_ISSUER: 'https://issuer.example/',
    LEDGERLINE_REQUEST_LIMIT_PER_KEY: '0',
  });
  const named = problems.map((line) => line.replace(/:.*/, '')).toSorted();
  t.same(named, [
    'DATABASE_URL',
    'KAFKA_BROKERS',
    'KAFKA_PARTITIONS',
    'KAFKA_SASL_MECHANISM',
    'KAFKA_SASL_PASSWORD',
    'LEDGERLINE_CORS_ORIGINS',
    'LEDGERLINE_JWKS_AUDIENCE',
    'LEDGERLINE_JWKS_URL',
    'LEDGERLINE_KEYS_FILE',
    'LEDGERLINE_REQUEST_LIMIT_PER_KEY',
    'LOG_LEVEL',
    'PORT',
  ]);
});

t.test('database URLs are taken as libpq takes them', async (t) => {
  for (const text of [
    'postgres://localhost/x',
    'postgresql://me:s%2Fp@db:5432/x?sslmode=require',
    'postgres:///x',
    'postgresql://me:p@/x?host=%2Ftmp',
  ]) {
    t.same(problemsOf({ DATABASE_URL: text }), [], text);
  }
  for (const text of ['localhost', 'mysql://localhost/x', 'postgres://a b/x', 'postgres://db:port/x']) {
    t.equal(problemsOf({ DATABASE_URL: text }).length, 1, text);
  }
});

t.test(
  'off loopback a key set does instead of a keys file, from an address that nobody can stand in for',
  async (t) => {
    const rest = { LEDGERLINE_JWKS_ISSUER: 'https://issuer.example/', LEDGERLINE_JWKS_AUDIENCE: 'ledgerline' };
    const withUrl = (jwks: string) =>
      problemsOf({ DATABASE_URL: url, HOST: '0.0.0.0', LEDGERLINE_JWKS_URL: jwks, ...rest });
    for (const good of ['https://issuer.example/jwks', 'http://127.0.0.1:9000/jwks']) t.same(withUrl(good), [], good);
    for (const bad of ['http://issuer.example/jwks', 'file:///etc/jwks', 'issuer.example']) {
      t.match(withUrl(bad), [/^LEDGERLINE_JWKS_URL: must be an https/], bad);
    }
  },
);

t.test('values are not repeated: they may be secret', async (t) => {
  t.notMatch(problemsOf({ DATABASE_URL: 'mysql://me:hunter2@localhost' }).join(), /hunter2/);
});

t.test('the Kafka variables become what the log takes', async (t) => {
  const parsed = parseEnvironment(schema, {
    DATABASE_URL: url,
    KAFKA_BROKERS: 'a:9092, b:9092',
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: 'me',
    KAFKA_SASL_PASSWORD: 'secret',
  });
  t.same(toKafkaEnvironment(parsed, 'test'), {
    settings: {
      brokers: ['a:9092', 'b:9092'],
      topic: 'ledgerline.events',
      clientId: 'test',
      ssl: false,
      sasl: { mechanism: 'plain', username: 'me', password: 'secret' },
    },
    topic: { partitions: 8, replication: 1 },
  });
  t.equal(toKafkaEnvironment(parseEnvironment(schema, { DATABASE_URL: url }), 'test'), null);
});

t.test('a service without variables of its own has who may ask and where the log is', async (t) => {
  const read = (more: NodeJS.ProcessEnv) => readServiceEnvironment('reader', 8089, { DATABASE_URL: url, ...more });
  t.match(read({}), { DATABASE_URL: url, PORT: 8089, kafka: null, access: { keys: [] } });
  t.match(read({ PORT: '9000', KAFKA_BROKERS: 'a:9092' }), {
    PORT: 9000,
    kafka: { brokers: ['a:9092'], clientId: 'ledgerline-reader' },
  });
  t.throws(() => read({ PORT: 'x', KAFKA_BROKERS: ':' }), ConfigurationError);
});
