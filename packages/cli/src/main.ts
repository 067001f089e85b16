#!/usr/bin/env node
/** `ledgerline` as a process: data to stdout, all else to stderr, and an exit code that says how it went. */
import { once } from 'node:events';
import { readEnvironment } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import { runCommand } from './run-command.ts';

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.fault),
);

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupt.abort(new Error(signal)));
}

process.exitCode = await runCommand(process.argv.slice(2), {
  async out(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
  error: (text) => void process.stderr.write(text),
  stdin: process.stdin,
  outIsTerminal: process.stdout.isTTY,
  errorIsTerminal: process.stderr.isTTY,
  signal: interrupt.signal,
  environment: readEnvironment(),
});
