/** Requests of operators: to the query service, tried once, so that nothing is asked for twice. */
import { ConnectionError, ProblemError, UnexpectedAnswerError } from '@ledgerline/client';
import type { Connection } from '../connect.ts';

export type Asked<T> = { readonly status: number; readonly location: string | null; readonly body: T };

/** @throws ProblemError, ConnectionError, UnexpectedAnswerError, or the reason of an abort */
export async function ask<T>(
  { url, key }: Connection,
  method: 'GET' | 'POST',
  path: string,
  options: { readonly signal: AbortSignal; readonly body?: object },
): Promise<Asked<T>> {
  const { signal, body } = options;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new ConnectionError('connection-failed', `${method} ${path}: ${reason}`, { cause: error });
  }
  const parsed = parse(text);
  if (parsed === null) throw new UnexpectedAnswerError(response.status, `status ${response.status} without JSON`);
  if (!response.ok) throw new ProblemError(parsed as ConstructorParameters<typeof ProblemError>[0]);
  return { status: response.status, location: response.headers.get('location'), body: parsed as T };
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
