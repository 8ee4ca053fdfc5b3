import { describe, expect, it } from 'vitest';
import { distinctRequests, expandPoints } from './expand-points.js';
import { runRequestSchema } from './run.js';
import { sweepPointsSchema, type SweepPoints } from './sweep.js';

const base = { model: 'm', task: 't', method: 'eap', params: { steps: 5, rule: 'left' } };
/** A chain of numbers that depends on the seed. */
const randomOf = (seed: number) => {
  let state = seed + 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
};
const expand = (points: object) => expandPoints(sweepPointsSchema.parse(points), randomOf);

describe('the points of a sweep', () => {
  it('of a grid are all combinations, the last axis turning fastest', () => {
    const requests = expand({ base, grid: { method: ['eap', 'eap-ig'], 'params.steps': [1, 2, 3], seed: [7] } });
    expect(requests.map(({ method, params, seed }) => [method, params['steps'], params['rule'], seed])).toEqual([
      ['eap', 1, 'left', 7],
      ['eap', 2, 'left', 7],
      ['eap', 3, 'left', 7],
      ['eap-ig', 1, 'left', 7],
      ['eap-ig', 2, 'left', 7],
      ['eap-ig', 3, 'left', 7],
    ]);
  });

  it('of a list take what they leave open from the base, and from the defaults what it leaves open', () => {
    const requests = expand({
      base: { ...base, seed: 3 },
      list: [{}, { params: { steps: 9 } }, { model: 'n', seed: 0 }],
    });
    expect(requests).toEqual([
      runRequestSchema.parse({ ...base, seed: 3 }),
      runRequestSchema.parse({ ...base, seed: 3, params: { steps: 9, rule: 'left' } }),
      runRequestSchema.parse({ ...base, model: 'n' }),
    ]);
  });

  it('of a sample depend on its seed alone and stay within their ranges', () => {
    const axes = {
      'params.tau': { from: 1e-4, to: 1, scale: 'log' },
      'params.steps': { from: 1, to: 3, whole: true },
      model: ['a', 'b'],
    };
    const sample = (seed: number) => expand({ base, sample: { axes, count: 300, seed } });
    const drawn = sample(1);
    expect(sample(1)).toEqual(drawn);
    expect(sample(2)).not.toEqual(drawn);
    const taus = drawn.map(({ params }) => Number(params['tau']));
    expect(Math.min(...taus)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...taus)).toBeLessThanOrEqual(1);
    // Half of a log scale's draws lie below its geometric mean, 0.01.
    expect(taus.filter((tau) => tau < 0.01).length).toBeGreaterThan(110);
    expect(taus.filter((tau) => tau < 0.01).length).toBeLessThan(190);
    const steps = drawn.map(({ params }) => params['steps']);
    for (const step of [1, 2, 3]) expect(steps.filter((one) => one === step).length).toBeGreaterThan(60);
    expect(new Set(drawn.map(({ model }) => model))).toEqual(new Set(['a', 'b']));
  });

  it('that ask for the same are one, and keep their order', () => {
    const requests = expand({ base, list: [{ seed: 2 }, { seed: 1 }, { seed: 2 }, {}, { seed: 0 }] });
    expect(distinctRequests(requests).map(({ seed }) => seed)).toEqual([2, 1, 0]);
  });

  it('are refused above 10 000, before they are written out', () => {
    const seeds = Array.from({ length: 101 }, (_, seed) => seed);
    expect(() => expand({ base, grid: { seed: seeds, pairs: seeds.map((n) => n + 1) } })).toThrow('10201 points');
    expect(expand({ base, grid: { seed: seeds.slice(1), pairs: seeds.slice(1) } })).toHaveLength(10_000);
  });

  it.each([
    ['neither grid, list nor sample', { base }],
    ['two of them', { base, grid: { seed: [1] }, list: [{}] }],
    ['an axis that is none', { base, grid: { colour: ['red'] } }],
    ['an axis without values', { base, grid: { seed: [] } }],
    ['a range upside down', { base, sample: { axes: { 'params.tau': { from: 2, to: 1 } }, count: 1, seed: 0 } }],
    [
      'a log range from 0',
      { base, sample: { axes: { 'params.tau': { from: 0, to: 1, scale: 'log' } }, count: 1, seed: 0 } },
    ],
    ['an unknown field', { base, grid: { seed: [1] }, gird: {} }],
  ])('are refused with %s', (_, points) => {
    expect(sweepPointsSchema.safeParse(points).success).toBe(false);
  });

  it('name the point that is no run', () => {
    const points: SweepPoints = sweepPointsSchema.parse({ base, grid: { seed: [1, -1] } });
    expect(() => expandPoints(points, randomOf)).toThrow(/Point 1 .*seed/s);
  });
});
