/**
 * Many readers of one stream over bare sockets, as cheap as can be: most of them count bytes, and one in sixteen looks for the
 * marker of each message, which gives the bytes a message has, and how old it is.
 * Environment: STREAM_URL, READERS. Prints "ready" when all have their first bytes. At each SIGUSR2 a new count begins, and
 * so ends the one before, as does SIGTERM the last: each prints a JSON line { count, delivered, seconds, p50, p99, max },
 * counts from 1, ages in milliseconds.
 */
import { connect } from 'node:net';
import { limitConfig } from '../config.ts';
import { markerDigits, markerText } from '../stream-marker.ts';

const { streamUrl, readers } = limitConfig;
const { hostname, port, pathname, search } = new URL(streamUrl);
const head = `GET ${pathname}${search} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/event-stream\r\n\r\n`;
const marker = Buffer.from(markerText);
const whole = marker.length + markerDigits;
const sampleEvery = 16;
const bucketMs = 0.5;
const buckets = new Uint32Array(60_000 / bucketMs);
const bufferBytes = 256 * 1024;
/** Read into and forgotten by all that only count. */
const sink = Buffer.allocUnsafe(bufferBytes);

const all = { bytes: 0 };
const sampled = { bytes: 0, messages: 0 };
let count = 0;
let startedAt = Number.POSITIVE_INFINITY;
let waiting = readers;

for (let reader = 0; reader < readers; reader += 1) {
  const look = reader % sampleEvery === 0 ? createLook() : null;
  let isFirst = true;
  const socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer: look === null ? sink : Buffer.allocUnsafe(bufferBytes),
      callback(length, bytes) {
        if (isFirst) {
          isFirst = false;
          waiting -= 1;
          if (waiting === 0) console.log('ready');
        }
        const counts = performance.now() >= startedAt;
        if (counts) all.bytes += length;
        look?.(Buffer.from(bytes.buffer, bytes.byteOffset, length), counts);
        return true;
      },
    },
  });
  socket.on('error', () => undefined);
  socket.write(head);
}

function createLook(): (chunk: Buffer, counts: boolean) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk, counts) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let place = 0;
    if (counts) sampled.bytes += chunk.length;
    for (;;) {
      const found = bytes.indexOf(marker, place);
      if (found < 0 || found + whole > bytes.length) {
        // A marker may have been cut in two.
        rest = Buffer.from(bytes.subarray(Math.max(place, found < 0 ? bytes.length - marker.length : found)));
        return;
      }
      place = found + whole;
      if (!counts) continue;
      sampled.messages += 1;
      noteAge(Number(bytes.toString('latin1', found + marker.length, place)));
    }
  };
}

function noteAge(sentMicros: number): void {
  const ms = performance.timeOrigin + performance.now() - sentMicros / 1_000;
  const bucket = Math.min(buckets.length - 1, Math.max(0, Math.floor(ms / bucketMs)));
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

function percentile(share: number): number {
  let left = buckets.reduce((sum, count) => sum + count, 0) * share;
  const bucket = buckets.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return (bucket + 1) * bucketMs;
}

function tell(): void {
  if (count === 0) return;
  const seconds = (performance.now() - startedAt) / 1_000;
  const delivered = sampled.messages === 0 ? 0 : Math.round((all.bytes * sampled.messages) / sampled.bytes);
  const ages = { p50: percentile(0.5), p99: percentile(0.99), max: (buckets.findLastIndex(Boolean) + 1) * bucketMs };
  console.log(JSON.stringify({ count, delivered, seconds, ...ages }));
}

process.on('SIGUSR2', () => {
  tell();
  [all.bytes, sampled.bytes, sampled.messages] = [0, 0, 0];
  buckets.fill(0);
  count += 1;
  startedAt = performance.now();
});
process.on('SIGTERM', () => {
  tell();
  process.exit(0);
});
