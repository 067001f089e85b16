/** What every command of the command line is. */
export type Output = {
  /** Data. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly error: (text: string) => void;
};

export type Command = {
  /** The words that name it: `keys create`. */
  readonly name: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly explanation: string;
  /** @returns the exit code */
  run(args: readonly string[], output: Output): number;
};

export const EXIT_OK = 0;
export const EXIT_USAGE = 2;
