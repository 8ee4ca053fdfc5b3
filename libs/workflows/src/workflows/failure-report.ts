import type { ErrorReport } from '@patchbay/contracts';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';

/** What a failed activity, or a workflow that failed with it, has to say to people; the counterpart of `toApplicationFailure`. */
export function failureReport(error: unknown): ErrorReport {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isReport(cause.details?.[0])) return cause.details[0];
  if (cause instanceof TimeoutFailure) {
    return {
      kind: 'unavailable',
      message: 'The workers that computed this stopped answering, time and again.',
      action: 'Read the log of the worker for why it ended, then submit it again.',
    };
  }
  return {
    kind: 'internal',
    message: cause instanceof Error ? cause.message : String(cause),
    action: 'This is a defect in Patchbay: please report it with the log.',
  };
}

function isReport(detail: unknown): detail is ErrorReport {
  return typeof detail === 'object' && detail !== null && 'kind' in detail && 'message' in detail && 'action' in detail;
}
