/** The environment of the benchmarks' own processes. */
export const benchConfig = {
  logLevel: process.env['LOG_LEVEL'] ?? 'error',
  /** For children, which get nothing else of ours. */
  path: process.env['PATH'] ?? '',
};

/** What the rig gives to the limits. */
export const limitConfig = {
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  topic: process.env['TOPIC'] ?? '',
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  streamUrl: process.env['STREAM_URL'] ?? '',
  readers: Number(process.env['READERS'] ?? 0),
  /** Records to wait for. */
  records: Number(process.env['EVENTS'] ?? 0),
};
