/** The contract's logs on a broker: a topic and a database of its own for each test. */
import { freshDatabase, type KafkaBroker, quietLogger } from '@ledgerline/testkit';
import { createKafkaLog } from '../../src/kafka/kafka-log.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { ensureTopic } from '../../src/kafka/topic.ts';
import { type Contract, type LogUnderTest, PARTITIONS } from './contract.ts';
import { testRule } from './test-events.ts';

export type KafkaUnderTest = LogUnderTest & { readonly settings: KafkaSettings };
export type KafkaContract = Contract<KafkaUnderTest>;

let topics = 0;

/** @param reached where the logs connect to, if not to the broker itself */
export function kafkaContract(
  broker: KafkaBroker,
  reached: readonly string[] = broker.brokers,
  replication = 1,
): KafkaContract {
  return {
    adapter: 'kafka',
    async create(t, { created = true } = {}) {
      const database = await freshDatabase(t);
      const topic = `test-${process.pid}-${Date.now()}-${++topics}`;
      const settings = { brokers: reached, topic, clientId: 'test' };
      const direct = { ...settings, brokers: broker.brokers };
      if (created) await ensureTopic(direct, { partitions: PARTITIONS, replication }, quietLogger);
      return {
        database,
        settings: direct,
        open({ limits, readOnly } = {}) {
          const log = createKafkaLog({
            kafka: settings,
            pool: database.pool,
            logger: quietLogger,
            ...(!readOnly && { writer: { rule: testRule, ...(limits && { limits }) } }),
          });
          t.teardown(async () => await log.close());
          return log;
        },
      };
    },
  };
}
