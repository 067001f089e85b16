/** Whether a Kafka broker answers at a port of this machine: a listening socket alone is not one yet. */
import { connect } from 'node:net';

const TIMEOUT_MS = 1_000;
/** ApiVersions, version 0, correlation id 1, no client id. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

export async function answersKafka(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => socket.write(API_VERSIONS));
  socket.setTimeout(TIMEOUT_MS, () => resolve(false));
  socket.once('data', () => resolve(true));
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  const answer = await promise;
  socket.destroy();
  return answer;
}
