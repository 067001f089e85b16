/** Python with some packages, for oracles of another ecosystem: a virtual environment in the checkout's cache, made once. */
import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = new URL('../../../node_modules/.cache/ledgerline/', import.meta.url);
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
  const folder = fileURLToPath(new URL(`python-${name}/`, cache));
  const path = `${folder}${process.platform === 'win32' ? 'Scripts' : 'bin'}/python`;
  const check = ['-c', `import ${imports.join(', ')}`];
  const there =
    (await succeeds(path, check)) ||
    ((await succeeds('python3', ['-m', 'venv', folder])) &&
      (await succeeds(path, ['-m', 'pip', 'install', '-q', ...packages])) &&
      (await succeeds(path, check)));
  return there ? { path, run: (program, args = [], input = '') => runProgram(path, [program, ...args], input) } : null;
}

async function runProgram(path: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(path, args, { timeout: RUN_TIMEOUT_MS });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${complaints}`);
  return output;
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return await run(command, args, { timeout: INSTALL_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}
