/** Python with some packages, for oracles of another ecosystem: a virtual environment in the checkout's cache, made once. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../node_modules/.cache/ledgerline/', import.meta.url));
const INSTALL_TIMEOUT_MS = 240_000;
const RUN_TIMEOUT_MS = 60_000;

export type PythonOptions = {
  /** Of the environment's folder. */
  readonly name: string;
  /** Pinned, as pip takes them: `icalendar==6.3.1`. */
  readonly packages: readonly string[];
  /** Module names by which it is checked that they are there. */
  readonly imports: readonly string[];
};

export type Python = {
  readonly path: string;
  /** Runs a program file; resolves with what it printed, rejects with what it complained. */
  run(program: string, args?: readonly string[], input?: string): Promise<string>;
};

/** null where there is no Python, or no way to the packages. */
export async function preparePython({ name, packages, imports }: PythonOptions): Promise<Python | null> {
  const folder = join(cache, `python-${name}`);
  const works = async (environment: string) =>
    await succeeds(interpreterOf(environment), ['-c', `import ${imports.join(', ')}`]);
  if (!(await works(folder)) && !(await make(folder, packages, works))) return null;
  const path = interpreterOf(folder);
  return { path, run: (program, args = [], input = '') => runProgram(path, [program, ...args], input) };
}

/** Complete or not there at all: test processes that start together may all come by here. */
async function make(
  folder: string,
  packages: readonly string[],
  works: (environment: string) => Promise<boolean>,
): Promise<boolean> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  const made = join(work, 'made');
  try {
    // One that does not work any more, as when its interpreter has gone.
    await rename(folder, join(work, 'broken')).catch(() => undefined);
    const install = async () => await succeeds(interpreterOf(made), ['-m', 'pip', 'install', '-q', ...packages], true);
    // An index that gave no answer may give one to the second who asks.
    if (!(await succeeds('python3', ['-m', 'venv', made], true)) || !((await install()) || (await install())))
      return false;
    if (!(await works(made))) return false;
    await rename(made, folder).catch(async (error: unknown) => {
      if (!(await works(folder))) throw error;
    });
    return true;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** By its place the interpreter knows its environment, which may so be moved. */
const interpreterOf = (environment: string) =>
  process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');

async function runProgram(path: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(path, args, { timeout: RUN_TIMEOUT_MS });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${complaints}`);
  return output;
}

/** @param tell why, on stderr, where it fails */
async function succeeds(command: string, args: readonly string[], tell = false): Promise<boolean> {
  try {
    await run(command, args, { timeout: INSTALL_TIMEOUT_MS });
    return true;
  } catch (error) {
    if (tell) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}
