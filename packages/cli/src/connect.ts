/** The client that a command talks through, from the options that all commands have. */
import { readFileSync } from 'node:fs';
import { Ledgerline } from '@ledgerline/client';
import { ConfigurationError } from '@ledgerline/http';
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

export type Connection = { readonly url: string; readonly ingestUrl: string; readonly key: string | undefined };

/** @throws ConfigurationError where the address is none or the key can't be read */
export function connectionOf(command: Command, { environment }: Pick<Terminal, 'environment'>): Connection {
  const {
    url,
    ingestUrl = url,
    keyFile,
  } = command.optsWithGlobals<{
    url: string;
    ingestUrl?: string;
    keyFile?: string;
  }>();
  for (const address of [url, ingestUrl]) {
    if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
      throw new ConfigurationError(`not an http address: ${address}`);
  }
  return { url, ingestUrl, key: keyFile === undefined ? environment.key : readKey(keyFile) };
}

export function connect(command: Command, terminal: Terminal): Ledgerline {
  const { key, ...addresses } = connectionOf(command, terminal);
  return new Ledgerline({ ...addresses, ...(key !== undefined && { key }), signal: terminal.signal });
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigurationError(
      `the key file can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
