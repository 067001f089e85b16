/** Ends a connection on which the client is still sending, once the answer is out; what comes until then is thrown away. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export function closeAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    request.socket.destroySoon();
    request.resume();
  });
}
