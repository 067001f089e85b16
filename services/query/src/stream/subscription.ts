/**
 * One subscriber from its first byte to its last. It catches up by itself, joins its channel at exactly the channel's
 * position, and falls back to catching up where it takes less than there is: at its byte budget, so that a slow reader
 * costs no more, and what it gets stays exact. One that takes nothing for a while is dropped.
 */
import type { Amended, Offsets } from '@ledgerline/log';
import type { CatchUp } from './catch-up.ts';
import type { Channel, Member, Published } from './channel.ts';
import { heartbeat, namedFrame, positionFrame, preamble } from './frames.ts';
import { streamPosition } from './stream-position.ts';
import type { StreamWriter } from './stream-writer.ts';

export type StreamEnd = 'max-age' | 'stopping' | 'log-replaced' | 'slow-consumer' | 'client';

export type SubscriptionOptions = {
  readonly channel: Channel;
  readonly catchUp: CatchUp;
  readonly writer: StreamWriter;
  readonly start: { readonly logId: string; readonly offsets: Offsets; readonly amended: Amended };
  /** It asked for what is new only: nothing is to be caught up with. */
  readonly isLatest: boolean;
  readonly maxPendingBytes: number;
  /** How long a client at its budget may take nothing. */
  readonly stallMs: number;
};

export type Subscription = {
  /** Writes a heartbeat if nothing was written since `since` (by performance.now). */
  beat(since: number): void;
  /** Bytes that wait for the client. */
  pending(): number;
  /** Says goodbye and closes. */
  end(reason: Exclude<StreamEnd, 'client'>): void;
  /** Resolves when it is over, with who ended it. */
  readonly ended: Promise<StreamEnd>;
};

export function subscribe(options: SubscriptionOptions): Subscription {
  const { channel, catchUp, writer, start, maxPendingBytes, stallMs } = options;
  const { format } = channel;
  let position = streamPosition(start.logId, start.offsets, start.amended);
  let isLive = false;
  let saidCaughtUp = false;
  let end: StreamEnd = 'client';
  let lastWriteAt = performance.now();
  let lastToken = '';
  let fellBack: (() => void) | null = null;

  const write = (bytes: Buffer) => {
    lastWriteAt = performance.now();
    writer.write(bytes);
  };
  const token = () => (isLive ? channel.position() : position).token;
  const sayCaughtUp = () => {
    if (saidCaughtUp) return;
    saidCaughtUp = true;
    lastToken = token();
    write(namedFrame(format, 'caught-up', lastToken));
  };

  const member: Member = {
    offer({ before, bytes }) {
      if (bytes === null) return true;
      const pending = writer.pending();
      if (pending > 0 && pending + bytes.length > maxPendingBytes) {
        member.leaveAt(before);
        return false;
      }
      write(bytes);
      return true;
    },
    leaveAt(before) {
      isLive = false;
      position = before;
      fellBack?.();
    },
  };

  const close = (reason: Exclude<StreamEnd, 'client'>) => {
    if (!writer.isOpen()) return;
    end = reason;
    const frame =
      reason === 'slow-consumer'
        ? namedFrame(format, 'slow-consumer', token(), { maxPendingBytes })
        : namedFrame(format, 'bye', token(), { reason });
    channel.leave(member);
    writer.write(frame);
    writer.end();
  };

  const send = ({ after, bytes }: Pick<Published, 'after' | 'bytes'>) => {
    position = after;
    if (bytes !== null) write(bytes);
  };

  /** Ends with the subscriber in its channel, or the stream closed. */
  const reachChannel = async (): Promise<void> => {
    while (writer.isOpen()) {
      if (!(await writer.drained(stallMs))) return close('slow-consumer');
      // No await between the look and the joining.
      if (position.token === channel.position().token) {
        isLive = true;
        channel.join(member);
        return sayCaughtUp();
      }
      const remembered = channel.after(position);
      if (remembered !== undefined) send(remembered);
      else await catchUp(position, channel, writer, send);
    }
  };

  const run = async (): Promise<void> => {
    write(preamble[format]);
    if (options.isLatest) sayCaughtUp();
    while (writer.isOpen()) {
      await reachChannel();
      if (!isLive) continue;
      const left = Promise.withResolvers<void>();
      fellBack = left.resolve;
      await Promise.race([left.promise, writer.closed]);
      fellBack = null;
    }
  };

  const ended = run().then(
    async () => {
      await writer.closed;
      channel.leave(member);
      return end;
    },
    (error: unknown) => {
      channel.leave(member);
      writer.end();
      throw error;
    },
  );
  return {
    ended,
    pending: writer.pending,
    end: close,
    beat(since) {
      if (!writer.isOpen() || lastWriteAt > since || writer.pending() > maxPendingBytes) return;
      const now = token();
      write(now === lastToken ? heartbeat[format] : Buffer.concat([heartbeat[format], positionFrame(format, now)]));
      lastToken = now;
    },
  };
}
