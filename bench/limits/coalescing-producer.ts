/**
 * The limit for ingest: fastify, ajv, and one kafkajs producer that sends what has gathered as soon as the send before
 * has returned. No idempotence, no receipts, no rules: the least that can be called an ingest with acks=all.
 * Environment: KAFKA_BROKERS, TOPIC. Prints its port, ends on SIGTERM.
 */
import { jsonSchemaOf } from '@ledgerline/events';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Fastify from 'fastify';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { limitConfig } from '../config.ts';

const { brokers, topic } = limitConfig;

/** The broker refuses a partition's batch above 1 MiB. */
const maxSendBytes = 900_000;

const ajv = new Ajv2020({ allErrors: false, strict: false, validateFormats: false });
const validators = new Map(
  ['border-crossing.reported.v1', 'statement.issued.v1', 'measure.adopted.v1', 'claim.corrected.v1'].map((type) => [
    type,
    ajv.compile(jsonSchemaOf(type) ?? {}),
  ]),
);
const producer = new Kafka({ clientId: 'limit', brokers, logLevel: logLevel.ERROR }).producer({
  allowAutoTopicCreation: false,
});
await producer.connect();

type Waiting = { messages: Message[]; bytes: number; resolve: () => void; reject: (reason: unknown) => void };
let queue: Waiting[] = [];
let sending = false;

async function flush(): Promise<void> {
  while (queue.length > 0) {
    let bytes = 0;
    let count = 0;
    do bytes += queue[count++]?.bytes ?? 0;
    while (count < queue.length && bytes + (queue[count]?.bytes ?? 0) <= maxSendBytes);
    const round = queue.slice(0, count);
    queue = queue.slice(count);
    try {
      await producer.send({ topic, acks: -1, messages: round.flatMap((waiting) => waiting.messages) });
      for (const waiting of round) waiting.resolve();
    } catch (error) {
      for (const waiting of round) waiting.reject(error);
    }
  }
  sending = false;
}

function send(messages: Message[]): Promise<void> {
  const bytes = messages.reduce((sum, message) => sum + (message.value?.length ?? 0) + 100, 0);
  return new Promise((resolve, reject) => {
    queue.push({ messages, bytes, resolve, reject });
    if (sending) return;
    sending = true;
    setImmediate(() => void flush());
  });
}

type Incoming = { type: string; subject: string };
const valid = (event: Incoming) => validators.get(event.type)?.(event) === true;

const app = Fastify({ logger: false, bodyLimit: 8 << 20 });
app.addContentTypeParser(/^application\/cloudevents/, { parseAs: 'string' }, (_request, body, done) => {
  try {
    done(null, { raw: body, json: JSON.parse(body.toString()) });
  } catch (error) {
    done(error as Error);
  }
});
app.post('/v1/events', async (request, reply) => {
  const { raw, json } = request.body as { raw: string; json: Incoming | Incoming[] };
  const events = Array.isArray(json) ? json : [json];
  if (!events.every(valid)) return reply.code(422).send();
  await send(events.map((event) => ({ key: event.subject, value: Array.isArray(json) ? JSON.stringify(event) : raw })));
  return reply.code(201).send({ accepted: events.length });
});
process.once('SIGTERM', () => process.exit(0));
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
