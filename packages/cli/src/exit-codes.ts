/** How a command ends, for scripts. One table; `docs/reference/cli.md` says the same. */
import { LedgerlineError, ProblemError, UnexpectedAnswerError } from '@ledgerline/client';
import { ConfigurationError } from '@ledgerline/http';

export const exitCodes = {
  ok: 0,
  fault: 1,
  usage: 2,
  differences: 3,
  access: 4,
  refused: 5,
  unavailable: 69,
  configuration: 78,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Of an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigurationError) return exitCodes.configuration;
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof ProblemError) return ofStatus(error.status);
  if (error instanceof UnexpectedAnswerError) return exitCodes.fault;
  // No answer, or none that tells the outcome.
  if (error instanceof LedgerlineError) return exitCodes.unavailable;
  return exitCodes.fault;
}

function ofStatus(status: number): ExitCode {
  if (status === 401 || status === 403 || status === 421) return exitCodes.access;
  if (status === 429 || status === 503) return exitCodes.unavailable;
  if (status === 409 || status === 413 || status === 422) return exitCodes.refused;
  return status === 400 ? exitCodes.usage : exitCodes.fault;
}

/** What was typed can't be meant. */
export class UsageError extends Error {}
