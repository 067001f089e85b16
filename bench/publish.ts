/** Publishing at a rate, whatever the answers take: what is late is sent in larger requests, not left out. */
import { Agent, request } from 'node:http';
import type { Target } from './stream-targets.ts';

const tickMs = 10;

export type Publishing = { stop(): Promise<{ sent: number; failed: number }> };

/** @param rate messages a second */
export function startPublishing(target: Target, rate: number): Publishing {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const startedAt = performance.now();
  let sent = 0;
  let failed = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * rate) / 1_000) - sent;
    const size = target.perRequest ?? due;
    for (let left = due; left > 0; left -= size) {
      const count = Math.min(size, left);
      sent += count;
      send(count);
    }
  }, tickMs);

  const send = (count: number) => {
    const body = target.toBody(count);
    const headers = {
      'content-type': target.contentType,
      'content-length': Buffer.byteLength(body),
      ...target.headers,
    };
    const posted = request(target.url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      if ((response.statusCode ?? 500) >= 300) failed += count;
    });
    posted.on('error', () => (failed += count));
    posted.end(body);
  };

  return {
    stop() {
      clearInterval(timer);
      agent.destroy();
      return Promise.resolve({ sent, failed });
    },
  };
}
