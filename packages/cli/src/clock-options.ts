/** The clocks that every read takes. */
import type { ReadOptions } from '@ledgerline/client';
import type { Command } from 'commander';

export function addClocks(command: Command): Command {
  return command
    .option('--as-of <position|time>', 'what the system held then')
    .option('--known-by <day>', 'what the public could know then')
    .option('--min-position <position>', 'wait until the answer holds at least this');
}

const WAIT_SECONDS = 30;

export function clocksOf(options: Readonly<Record<string, unknown>>): ReadOptions {
  const { asOf, knownBy, minPosition } = options as { asOf?: string; knownBy?: string; minPosition?: string };
  return {
    ...(asOf !== undefined && { asOf }),
    ...(knownBy !== undefined && { knownBy }),
    ...(minPosition !== undefined && { minPosition, waitSeconds: WAIT_SECONDS }),
  };
}
