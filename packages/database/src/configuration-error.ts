/**
 * What an operator has to set right before the process can start: the process ends with 78 (EX_CONFIG).
 * Every problem found is named at once, so that one attempt is enough to mend them all.
 */
export class ConfigurationError extends Error {
  readonly exitCode = 78;
  readonly problems: readonly string[];

  /** @param problems sentences, each with what is wrong and what to do about it */
  constructor(problems: string | readonly string[], options: { cause?: unknown } = {}) {
    const list = typeof problems === 'string' ? [problems] : problems;
    super(list.join('\n'), options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ConfigurationError';
    this.problems = list;
  }
}
