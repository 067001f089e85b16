/** What a command's action is given besides its own arguments. */
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export type CommandContext = {
  readonly terminal: Terminal;
  /** 0 unless a command says otherwise. */
  end(code: ExitCode): void;
};
