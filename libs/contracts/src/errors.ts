/** What kind of failure it is: mapped once to HTTP (apps/api) and once to Temporal (libs/workflows). */
export const ERROR_KINDS = {
  'invalid-input': { status: 422, retryable: false },
  'not-found': { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  forbidden: { status: 403, retryable: false },
  'out-of-memory': { status: 507, retryable: true },
  unavailable: { status: 503, retryable: true },
  cancelled: { status: 409, retryable: false },
  internal: { status: 500, retryable: true },
} as const;

export type ErrorKind = keyof typeof ERROR_KINDS;

/**
 * The one error type that reaches people. `message` says what happened, `action` what to do about it;
 * whether trying again can help follows from `kind`.
 */
export class PatchbayError extends Error {
  override readonly name = 'PatchbayError';

  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get retryable(): boolean {
    return ERROR_KINDS[this.kind].retryable;
  }

  toJSON(): ErrorReport {
    return { kind: this.kind, message: this.message, action: this.action };
  }

  static from(report: ErrorReport): PatchbayError {
    return new PatchbayError(report.kind, report.message, report.action);
  }

  /** Any thrown value as a PatchbayError; an unforeseen one becomes `internal`, its own error kept as the cause. */
  static of(thrown: unknown): PatchbayError {
    if (thrown instanceof PatchbayError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new PatchbayError('internal', message, 'This is a defect in Patchbay: please report it with the log.', {
      cause: thrown,
    });
  }
}

/** A failure in plain data, as it is stored with a run and sent over the wire. */
export interface ErrorReport {
  kind: ErrorKind;
  message: string;
  action: string;
}

export const invalidInput = (message: string, action: string, options?: ErrorOptions): PatchbayError =>
  new PatchbayError('invalid-input', message, action, options);
export const notFound = (message: string, action: string): PatchbayError =>
  new PatchbayError('not-found', message, action);
export const unavailable = (message: string, action: string, options?: ErrorOptions): PatchbayError =>
  new PatchbayError('unavailable', message, action, options);
