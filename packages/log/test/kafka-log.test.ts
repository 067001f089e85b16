/** The contract on Apache Kafka. */
import { startKafka } from '@ledgerline/testkit';
import t from 'tap';
import { everyFeature } from './contract/every-feature.ts';
import { kafkaContract } from './contract/kafka-contract.ts';

const broker = await startKafka(t);
if (broker) await everyFeature(kafkaContract(broker));
else t.pass('skipped: no broker', { skip: 'no Kafka broker can be had' });
