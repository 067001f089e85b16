/**
 * Reads a request's body whole, within a byte limit and with a deadline of progress rather than of total time.
 * What is over the limit is read on for a while and thrown away: a client that is still sending when the connection
 * closes would see a reset instead of the 413.
 */
import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '../problems/problem.ts';

export type BodyLimits = {
  readonly maxBytes: number;
  /** 30 s by default. */
  readonly stallMs?: number;
};

export const BODY_STALL_MS = 30_000;
const DISCARD_BYTES = 32 * 1024 * 1024;

/** Rejects with a Problem: `body-too-large`, `request-timeout`, or `incomplete-body` where the client has gone. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { maxBytes, stallMs = BODY_STALL_MS } = limits;
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes + DISCARD_BYTES) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] | null = declared > maxBytes ? null : [];
    let received = 0;
    let settled = false;
    const timer = setTimeout(() => settle(stalled(stallMs)), stallMs);
    // The listeners stay: taking four of them away from a stream costs more than all else here, and errors need one.
    const settle = (outcome: Buffer | Problem) => {
      settled = true;
      clearTimeout(timer);
      if (outcome instanceof Buffer) return resolve(outcome);
      request.off('data', onData);
      reject(outcome);
    };
    const onData = (chunk: Buffer) => {
      timer.refresh();
      received += chunk.length;
      if (received > maxBytes) chunks = null;
      if (received > maxBytes + DISCARD_BYTES) settle(tooLarge(maxBytes));
      chunks?.push(chunk);
    };
    const onEnd = () => {
      if (settled) return;
      if (chunks === null) return settle(tooLarge(maxBytes));
      settle(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, received));
    };
    const onGone = () => {
      if (!settled) settle(problem('incomplete-body', 'The connection ended before the body did.'));
    };
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

const closing = { headers: { connection: 'close' } };

const tooLarge = (maxBytes: number) => problem('body-too-large', `The body is over ${maxBytes} bytes.`, closing);

export const stalled = (stallMs: number) =>
  problem('request-timeout', `No byte of the body arrived for ${stallMs / 1000} s.`, closing);
