/**
 * A request's body as it arrives, with a bounded amount waiting: whoever takes gets all that has come since, so that
 * what gathers during one append goes into the next.
 */
import type { IncomingMessage } from 'node:http';
import { BODY_STALL_MS, type Problem, problem, stalled } from '@ledgerline/http';

const MAX_WAITING_BYTES = 1024 * 1024;

export type ArrivingBytes = {
  /** All that has arrived since the last take, waiting for some; null at the end. One take at a time. */
  take(): Promise<Buffer[] | null>;
  /** Ends the next take, or the one waiting, with `reason`. */
  stop(reason: Problem): void;
};

/** `take` rejects with a Problem: 408 where nothing arrives, 413 over `maxBytes`, 400 where the client has gone. */
export function arrivingBytes(request: IncomingMessage, limits: { maxBytes: number; stallMs?: number }): ArrivingBytes {
  const stallMs = limits.stallMs ?? BODY_STALL_MS;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let received = 0;
  let ended = false;
  let failed: Problem | null = null;
  let wake: (() => void) | null = null;

  const fail = (reason: Problem) => {
    failed ??= reason;
    wake?.();
  };
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (failed) return;
    if (received > limits.maxBytes) {
      const detail = `The upload is over ${limits.maxBytes} bytes: send the rest in another.`;
      return fail(problem('body-too-large', detail, { headers: { connection: 'close' } }));
    }
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= MAX_WAITING_BYTES) request.pause();
    wake?.();
  });
  request.on('end', () => {
    ended = true;
    wake?.();
  });
  const gone = () => ended || fail(problem('incomplete-body', 'The connection ended before the upload did.'));
  request.on('error', gone).on('close', gone);

  const arrival = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => fail(stalled(stallMs)), stallMs);
      wake = () => {
        clearTimeout(timer);
        wake = null;
        resolve();
      };
    });

  return {
    async take() {
      if (waiting.length === 0 && !ended && !failed) await arrival();
      const taken = waiting;
      waiting = [];
      waitingBytes = 0;
      // What came before a failure is whole lines of the client's: it is answered first.
      if (taken.length > 0) {
        request.resume();
        return taken;
      }
      if (failed) throw failed;
      return null;
    },
    stop: fail,
  };
}
