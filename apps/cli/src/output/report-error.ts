import { CommanderError } from 'commander';
import { PatchbayError } from '@patchbay/contracts';

const FAILED = 1;
const USAGE = 2;
const INTERRUPTED = 130;

/** Says what happened and what to do on stderr. @returns the exit code that belongs to it */
export function reportError(thrown: unknown): number {
  // Commander has said it by then; help and version come this way too, with code 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE;
  const error = PatchbayError.of(thrown);
  process.stderr.write(`error: ${error.message}\n${error.action}\n`);
  if (process.env['PATCHBAY_DEBUG'] === '1') process.stderr.write(`${stackOf(thrown)}\n`);
  return error.kind === 'cancelled' ? INTERRUPTED : FAILED;
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { stack, cause } = thrown;
  return cause === undefined ? String(stack) : `${stack}\ncaused by ${stackOf(cause)}`;
}
