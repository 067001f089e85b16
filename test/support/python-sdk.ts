/**
 * The official CloudEvents SDK for Python in a virtual environment of the checkout's cache, and the program of ingest's
 * own tests that sends with it.
 */
import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EventJson } from '@ledgerline/testkit';
import { projectUrl } from './project.ts';

const run = promisify(execFile);

export const PYTHON_SDK = 'cloudevents==2.2.0';
/** The modes that the program sends in, one event each; all events left over are one batch. */
export const pythonModes = ['structured', 'binary', 'old structured', 'old binary', 'batch'] as const;

const folder = fileURLToPath(new URL('node_modules/.cache/ledgerline/cloudevents-python/', projectUrl));
const python = `${folder}${process.platform === 'win32' ? 'Scripts' : 'bin'}/python`;
const program = fileURLToPath(new URL('services/ingest/test/fixtures/send-events.py', projectUrl));
const INSTALL_TIMEOUT_MS = 120_000;
const SEND_TIMEOUT_MS = 60_000;

export type Sent = { readonly mode: string; readonly status: number; readonly body: unknown };

/** Made once. False where there is no Python, or no way to the SDK. */
export async function hasPythonSdk(): Promise<boolean> {
  const imports = ['-c', 'import cloudevents.core.bindings.http, cloudevents.v1.http'];
  if (await succeeds(python, imports)) return true;
  return (
    (await succeeds('python3', ['-m', 'venv', folder])) &&
    (await succeeds(python, ['-m', 'pip', 'install', '-q', PYTHON_SDK])) &&
    (await succeeds(python, imports))
  );
}

/** @param events at least one for each mode @param url of POST /v1/events */
export async function sendWithPython(url: string, events: readonly EventJson[]): Promise<Sent[]> {
  const child = spawn(python, [program, url], { timeout: SEND_TIMEOUT_MS });
  child.stdin.end(JSON.stringify(events));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (errors !== '') throw new Error(errors);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Sent);
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return await run(command, args, { timeout: INSTALL_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}
