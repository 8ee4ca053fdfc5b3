import { describe, expect, it } from 'vitest';
import { runRequestSchema } from './run.js';

const request = { model: 'm', task: 't', method: 'x' };

describe('a run request', () => {
  it('fills in its defaults', () => {
    expect(runRequestSchema.parse(request)).toEqual({ ...request, params: {}, seed: 0, device: 'cpu', tags: [] });
  });

  it.each([
    { model: '' },
    { pairs: 0 },
    { pairs: 1.5 },
    { pairs: 10_001 },
    { seed: -1 },
    { seed: 2 ** 31 },
    { device: 'tpu' },
    { tags: Array(33).fill('tag') },
    { name: 'x'.repeat(201) },
    { colour: 'red' },
  ])('refuses %j', (wrong) => {
    expect(runRequestSchema.safeParse({ ...request, ...wrong }).success).toBe(false);
  });
});
