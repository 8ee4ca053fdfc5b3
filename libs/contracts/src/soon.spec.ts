import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { soon, stateOf } from './soon.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('gives what was answered, or the other value where the question fails', async () => {
  expect(await soon(Promise.resolve(1), 2)).toBe(1);
  expect(await soon(Promise.reject(new Error('away')), 2)).toBe(2);
  expect(await stateOf(Promise.resolve(undefined))).toBe('up');
  expect(vi.getTimerCount()).toBe(0);
});

it('counts as down what does not answer in time', async () => {
  const state = stateOf(new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await state).toBe('down');
});
