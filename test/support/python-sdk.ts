/** The official CloudEvents SDK for Python, and the program of ingest's own tests that sends with it. */
import { fileURLToPath } from 'node:url';
import { type EventJson, preparePython } from '@ledgerline/testkit';
import { projectUrl } from './project.ts';

export const PYTHON_SDK = 'cloudevents==2.2.0';
/** The modes that the program sends in, one event each; all events left over are one batch. */
export const pythonModes = ['structured', 'binary', 'old structured', 'old binary', 'batch'] as const;

const program = fileURLToPath(new URL('services/ingest/test/fixtures/send-events.py', projectUrl));

export type Sent = { readonly mode: string; readonly status: number; readonly body: unknown };

/**
 * Sends to a URL of POST /v1/events, at least one event for each mode; null where there is no Python, or no way to the
 * SDK.
 */
export async function preparePythonSdk(): Promise<
  ((url: string, events: readonly EventJson[]) => Promise<Sent[]>) | null
> {
  const python = await preparePython({
    name: 'cloudevents',
    packages: [PYTHON_SDK],
    imports: ['cloudevents.core.bindings.http', 'cloudevents.v1.http'],
  });
  if (!python) return null;
  return async (url, events) => {
    const output = await python.run(program, [url], JSON.stringify(events));
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Sent);
  };
}
