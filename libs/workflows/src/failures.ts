import { type ErrorKind, PatchbayError } from '@patchbay/contracts';
import { ApplicationFailure } from '@temporalio/common';

/**
 * How often work is tried in all when it fails in a way that trying again can help. What only waits for something to
 * come back is left to the retry policy; running out of memory again in a fresh process, or failing for an unforeseen
 * reason three times, is an answer.
 */
const MOST_ATTEMPTS: Partial<Record<ErrorKind, number>> = { 'out-of-memory': 2, internal: 3 };

/**
 * What an activity throws for what went wrong in it: Temporal retries it or not, and the report travels in its details
 * (`workflows/failure-report.ts` takes it out again).
 * @param attempt the attempt that failed, from 1
 */
export function toApplicationFailure(thrown: unknown, attempt: number): ApplicationFailure {
  const error = PatchbayError.of(thrown);
  return ApplicationFailure.create({
    message: error.message,
    type: error.kind,
    nonRetryable: !error.retryable || attempt >= (MOST_ATTEMPTS[error.kind] ?? Infinity),
    details: [error.toJSON()],
    cause: thrown instanceof Error ? thrown : undefined,
  });
}
