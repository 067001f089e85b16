/** `/health/live`: the process turns. `/health/ready`: its dependencies can be used. `/metrics`: Prometheus text. */
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { problem } from '../problems/problem.ts';
import type { ReadinessProbe } from './readiness.ts';

export function registerHealth(app: FastifyInstance, probe: ReadinessProbe, registry: Registry): void {
  const config = { scope: 'none', unlimited: true } as const;
  app.get('/health/live', { config }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  app.get('/health/ready', { config }, async (_request, reply) => {
    const { ready, dependencies } = await probe();
    const headers = { 'cache-control': 'no-store' };
    if (ready) return reply.headers(headers).send({ status: 'ready', dependencies });
    const down = Object.entries(dependencies).filter(([, state]) => state.status === 'down');
    const reasons = down.map(([name, state]) => `${name}: ${state.reason}`);
    throw problem('not-ready', reasons.join('; '), { headers, members: { dependencies } });
  });
  app.get('/metrics', { config: { scope: 'read' } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
