// Scope: which failures are worth another attempt. How they end a run is asserted in run-experiment.spec.ts.
import { ERROR_KINDS, type ErrorKind, PatchbayError } from '@patchbay/contracts';
import { describe, expect, it } from 'vitest';
import { toApplicationFailure } from './failures.js';

const attemptsOf = (kind: ErrorKind): number => {
  const error = new PatchbayError(kind, 'message', 'action');
  const last = [1, 2, 3, 4, 5].find((attempt) => toApplicationFailure(error, attempt).nonRetryable);
  return last ?? Infinity;
};

describe('an activity failure', () => {
  it('is tried as often as it can help', () => {
    const attempts = Object.fromEntries(
      (Object.keys(ERROR_KINDS) as ErrorKind[]).map((kind) => [kind, attemptsOf(kind)]),
    );
    expect(attempts).toEqual({
      'invalid-input': 1,
      'not-found': 1,
      conflict: 1,
      forbidden: 1,
      cancelled: 1,
      'out-of-memory': 2,
      internal: 3,
      unavailable: Infinity,
    });
  });

  it('carries its report', () => {
    const error = new PatchbayError('conflict', 'message', 'action');
    expect(toApplicationFailure(error, 1)).toMatchObject({
      type: 'conflict',
      message: 'message',
      details: [{ kind: 'conflict', message: 'message', action: 'action' }],
    });
  });

  it('of an unforeseen kind is internal', () => {
    expect(toApplicationFailure(new TypeError('x is undefined'), 1)).toMatchObject({ type: 'internal' });
  });
});
