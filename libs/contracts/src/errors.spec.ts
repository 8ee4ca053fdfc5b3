import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_KINDS, type ErrorKind, PatchbayError, invalidInput } from './errors.js';
import { PATCHBAY_VERSION } from './version.js';

describe('PatchbayError', () => {
  it('goes over the wire and comes back', () => {
    const error = invalidInput('It is wrong.', 'Mend it.');
    const back = PatchbayError.from(JSON.parse(JSON.stringify(error)) as ReturnType<PatchbayError['toJSON']>);
    expect(back.toJSON()).toEqual({ kind: 'invalid-input', message: 'It is wrong.', action: 'Mend it.' });
  });

  it('takes an unforeseen error as internal and keeps it as the cause', () => {
    const cause = new TypeError('undefined is not a function');
    expect(PatchbayError.of(cause)).toMatchObject({ kind: 'internal', cause });
    const known = invalidInput('a', 'b');
    expect(PatchbayError.of(known)).toBe(known);
  });

  it('asks for no second try of what would fail again', () => {
    const retryable = Object.keys(ERROR_KINDS).filter((kind) => new PatchbayError(kind as ErrorKind, '', '').retryable);
    expect(retryable.sort()).toEqual(['internal', 'out-of-memory', 'unavailable']);
  });
});

it('the version is that of the workspace', () => {
  const root = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(PATCHBAY_VERSION).toBe(root.version);
});
