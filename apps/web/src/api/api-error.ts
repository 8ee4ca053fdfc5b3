import type { Problem } from '@patchbay/contracts';

/** An answer of the API that is a refusal, or no answer at all; always with what to do about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  static of(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown;
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return new ApiError(localProblem(detail, 'Reload the page; if it stays, report it as a defect.'));
  }
}

/** A problem that this page found itself; status 0 stands for no answer. */
export const localProblem = (detail: string, action: string): Problem => ({
  type: 'about:blank',
  title: 'No usable answer',
  status: 0,
  detail,
  action,
});
