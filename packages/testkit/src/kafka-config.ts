/** What the environment says about a broker for tests. */
export const kafkaConfig = {
  /** Brokers that run already: then nothing is started, killed or frozen. */
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(',').filter((broker) => broker !== ''),
  /** A test that has no broker is a failure then, not a gap. */
  isCi: process.env['CI'] === 'true',
  java: process.env['JAVA_HOME'] ? `${process.env['JAVA_HOME']}/bin/java` : 'java',
};
