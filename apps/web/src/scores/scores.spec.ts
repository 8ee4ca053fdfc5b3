import { describe, expect, it } from 'vitest';
import { effectColour, isStrong, scaleEnd } from './colour-scale.js';
import { moveFocus } from './move-focus.js';
import { importanceSign } from '@patchbay/contracts';
import { rankScores, standardError } from './rank-scores.js';
import { STRIP, stripLayout } from './strip-layout.js';

describe('the colour scale', () => {
  it('is symmetric round zero', () => {
    expect(scaleEnd([-3, 1])).toBe(3);
    const share = (colour: string) => /(\d+\.\d)%/.exec(colour)?.[1];
    expect(share(effectColour(-1, 2))).toBe('50.0');
    expect(share(effectColour(1, 2))).toBe('50.0');
    expect(effectColour(-1, 2)).toContain('negative');
    expect(effectColour(1, 2)).toContain('positive');
    expect(share(effectColour(0, 2))).toBe('0.0');
  });

  it('holds when all effects are zero', () => {
    expect(effectColour(0, scaleEnd([0, 0]))).toContain(' 0.0%');
    expect(isStrong(0, 0)).toBe(false);
  });
});

describe('rankScores', () => {
  const effects = { 'a0.h1': 1, 'a0.h10': -3, 'a0.h2': -3, m0: 2 };
  const order = (...[sign, by]: [Parameters<typeof rankScores>[2], Parameters<typeof rankScores>[3]]) =>
    rankScores(effects, {}, sign, by).map(({ name }) => name);

  it('ranks by what the manifest calls importance', () => {
    expect(importanceSign({ importance: '-effect' })).toBe(-1);
    expect(importanceSign({ importance: 'effect' })).toBe(1);
    expect(importanceSign({})).toBeNull();
    expect(order(-1, 'importance')).toEqual(['a0.h2', 'a0.h10', 'a0.h1', 'm0']);
    expect(order(1, 'importance')).toEqual(['m0', 'a0.h1', 'a0.h2', 'a0.h10']);
  });

  it('ranks by size, or by name with numbers as numbers', () => {
    expect(order(null, 'importance')).toEqual(['a0.h2', 'a0.h10', 'm0', 'a0.h1']);
    expect(order(-1, 'size')).toEqual(['a0.h2', 'a0.h10', 'm0', 'a0.h1']);
    expect(order(-1, 'name')).toEqual(['a0.h1', 'a0.h2', 'a0.h10', 'm0']);
  });

  it('counts the pairs that have the site, and their scatter', () => {
    const [score] = rankScores({ m0: 2 }, { m0: [1, null, 3] }, null, 'size');
    expect(score).toMatchObject({ pairs: 2, standardError: 1 });
    expect(rankScores({ m0: 2 }, {}, null, 'size')[0]).toMatchObject({ pairs: null, standardError: null });
    expect(standardError([5])).toBeNull();
    // R: sd(c(1, 2, 4)) / sqrt(3)
    expect(standardError([1, 2, 4])).toBeCloseTo(0.8819171, 6);
  });
});

describe('moveFocus', () => {
  const size = { rows: 3, columns: 4 };
  it.each([
    ['ArrowUp', { row: 0, column: 1 }, { row: 0, column: 1 }],
    ['ArrowDown', { row: 1, column: 1 }, { row: 2, column: 1 }],
    ['ArrowDown', { row: 2, column: 1 }, { row: 2, column: 1 }],
    ['ArrowLeft', { row: 1, column: 0 }, { row: 1, column: 0 }],
    ['ArrowRight', { row: 1, column: 3 }, { row: 1, column: 3 }],
    ['Home', { row: 1, column: 3 }, { row: 1, column: 0 }],
    ['End', { row: 1, column: 0 }, { row: 1, column: 3 }],
  ])('%s from %o leads to %o', (key, from, to) => {
    expect(moveFocus(key, from, size)).toEqual(to);
  });

  it('leaves other keys alone', () => {
    expect(moveFocus('Tab', { row: 0, column: 0 }, size)).toBeUndefined();
  });
});

describe('stripLayout', () => {
  it('always holds zero and the mean, and every dot inside', () => {
    const { low, high, zeroAt, meanAt, dots } = stripLayout([2, 4], 3);
    expect([low, high]).toEqual([0, 4]);
    expect(zeroAt).toBe(STRIP.margin);
    expect(meanAt).toBeCloseTo(STRIP.margin + 0.75 * (STRIP.width - 2 * STRIP.margin));
    expect(dots.map(({ x }) => x)[1]).toBe(STRIP.width - STRIP.margin);
    expect(dots.every(({ y }) => y > 0 && y < STRIP.axis)).toBe(true);
  });

  it('does not divide by nothing', () => {
    expect(stripLayout([0, 0], 0).dots.every(({ x }) => x === STRIP.margin)).toBe(true);
    expect(stripLayout([], 0).dots).toEqual([]);
  });
});
