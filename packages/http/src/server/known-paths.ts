/**
 * Tells a path that is not there (404) from one that does not take the method (405 with Allow, OPTIONS 204).
 * Consulted only when the router has found nothing, so plain patterns do.
 */
import type { FastifyInstance } from 'fastify';

export type KnownPaths = {
  /** The methods of every route that matches, OPTIONS included; empty where none does. */
  methodsOf(path: string): string[];
};

type Route = { readonly pattern: RegExp; readonly methods: Set<string> };

export function watchKnownPaths(app: FastifyInstance): KnownPaths {
  const routes = new Map<string, Route>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  return {
    methodsOf(path) {
      const found = new Set<string>();
      for (const { pattern, methods } of routes.values()) {
        if (pattern.test(path)) for (const method of methods) found.add(method);
      }
      if (found.size > 0) found.add('OPTIONS');
      return [...found].toSorted();
    },
  };
}

/** `/v1/events/:source/:id` and `/assets/*`, as fastify writes them. */
function toPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((segment) => {
      if (segment === '*') return '.*';
      return segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
