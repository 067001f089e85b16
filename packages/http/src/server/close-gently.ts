/** Closing a connection so that the other side receives all that was sent to it. */
import type { Socket } from 'node:net';

/** How long the other side may take to close too. */
const CLOSING_MS = 2_000;

/**
 * Says that nothing more comes, and reads on until the other side says so too: a connection closed with bytes unread is reset,
 * and a reset throws away what is still on its way.
 */
export function closeGently(socket: Socket): void {
  if (socket.writableEnded) return;
  socket.end(() => {
    if (socket.destroyed) return;
    const timer = setTimeout(() => socket.destroy(), CLOSING_MS);
    socket.once('close', () => clearTimeout(timer));
  });
}
