/** The KAFKA_* variables in the shape that packages/log takes, or null where there is no broker. */
import type { z } from 'zod';
import type { kafkaVariables } from './variables.ts';

export type KafkaEnvironment = {
  /** For `createKafkaLog` and `ensureTopic`. */
  readonly settings: {
    readonly brokers: readonly string[];
    readonly topic: string;
    readonly clientId: string;
    readonly ssl: boolean;
    readonly sasl?: {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    };
  };
  /** For `ensureTopic`: how a topic is made that is not there. */
  readonly topic: { readonly partitions: number; readonly replication: number };
};

type KafkaVariables = z.output<z.ZodObject<typeof kafkaVariables>>;

/** @param clientId how the broker's logs name this service */
export function toKafkaEnvironment(variables: KafkaVariables, clientId: string): KafkaEnvironment | null {
  if (!variables.KAFKA_BROKERS) return null;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = variables;
  return {
    settings: {
      brokers: variables.KAFKA_BROKERS,
      topic: variables.KAFKA_TOPIC,
      clientId,
      ssl: variables.KAFKA_SSL,
      // parseEnvironment has seen to it that it is all three or none.
      ...(mechanism && username && password && { sasl: { mechanism, username, password } }),
    },
    topic: { partitions: variables.KAFKA_PARTITIONS, replication: variables.KAFKA_REPLICATION },
  };
}
