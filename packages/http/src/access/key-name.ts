/** Whose key a request came with: for what is kept of who did something. */
import type { FastifyRequest } from 'fastify';

const names = new WeakMap<FastifyRequest, string>();

export function rememberKeyName(request: FastifyRequest, name: string): void {
  names.set(request, name);
}

/** null where no key was asked for. */
export function keyNameOf(request: FastifyRequest): string | null {
  return names.get(request) ?? null;
}
