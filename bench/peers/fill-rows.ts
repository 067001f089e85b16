/** The timeline's rows of a topic's events, ready-made in a topic of their own, for a peer that takes rows and no events. */
import { createPool } from '@ledgerline/database';
import { createKafkaLog } from '@ledgerline/log';
import { Kafka, logLevel } from 'kafkajs';
import { type BenchRow, benchColumns, toBenchRow } from '../limits/version-rows.ts';
import { partitions, quietLogger, type Rig } from '../rig.ts';

const dayMs = 86_400_000;
/** Under a megabyte: what a broker takes at once. */
const recordsPerSend = 200;

/** How many there are. */
export async function fillRows(rig: Rig, from: string, to: string): Promise<number> {
  const brokers = rig.brokers.split(',');
  const pool = createPool({ connection: await rig.freshDatabase(), applicationName: 'bench', max: 1 }, quietLogger);
  const log = createKafkaLog({
    kafka: { brokers, topic: from, clientId: 'bench', ssl: false },
    pool,
    logger: quietLogger,
  });
  const client = new Kafka({ clientId: 'bench', brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: to, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  let rows = 0;
  for (const [partition, end] of (await log.ends()).entries()) {
    for await (const { records } of log.read(partition, 0, end, recordsPerSend)) {
      const messages = records
        .flatMap((record) => toBenchRow(record) ?? [])
        .map((row) => ({ partition, key: row.subject, value: JSON.stringify(toConnect(row)) }));
      if (messages.length > 0) await producer.send({ topic: to, acks: -1, messages });
      rows += messages.length;
    }
  }
  await producer.disconnect();
  await log.close();
  await pool.end();
  return rows;
}

/** As Connect's own types have it: days since 1970. */
function toConnect(row: BenchRow): object {
  const entries = benchColumns.map(([column, kind]) => {
    const value = row[column];
    return [column, kind === 'day' && typeof value === 'string' ? Date.parse(value) / dayMs : value];
  });
  return Object.fromEntries(entries);
}
