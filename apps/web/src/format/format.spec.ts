import { describe, expect, it } from 'vitest';
import { durationText, etaText, secondsBetween } from './duration.js';
import { cellText, countText, effectText, numberText, unitsText } from './number.js';

describe('durations', () => {
  it.each([
    [0, '0.0 s'],
    [0.0404, '40 ms'],
    [0.0996, '0.1 s'],
    [0.44, '0.4 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.4, '59 min 59 s'],
    [3599.6, '1 h 00 min'],
    [7620, '2 h 07 min'],
    [86399, '1 d 00 h'],
    [97200, '1 d 03 h'],
  ])('%d s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [null, 'not known yet'],
    [0, 'about to end'],
    [7.2, 'about 8 s'],
    [41, 'about 45 s'],
    [61, 'about 2 min'],
    [7200, 'about 2 h 00 min'],
  ])('ETA of %o', (seconds, text) => {
    expect(etaText(seconds)).toBe(text);
  });

  it('runs until now while there is no end, and never backwards', () => {
    const from = '2026-11-23T10:00:00.000Z';
    const now = Date.parse(from) + 5_000;
    expect(secondsBetween(null, null, now)).toBeNull();
    expect(secondsBetween(from, null, now)).toBe(5);
    expect(secondsBetween(from, '2026-11-23T10:00:02.000Z', now)).toBe(2);
    expect(secondsBetween(from, null, now - 9_000)).toBe(0);
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [0.12345, '+0.1235'],
    [-12.3456, '−12.346'],
    [1234.5, '+1234.50'],
    [-3.2e-7, '−3.20e−7'],
    [2e6, '+2.00e6'],
  ])('effect %d', (value, text) => {
    expect(effectText(value)).toBe(text);
  });

  it('gives cells two digits, and no sign to what rounds to nothing', () => {
    expect([0, -0.001, -0.126, 12.34, -123.4].map(cellText)).toEqual(['0', '0', '−0.13', '12.3', '−123']);
  });

  it('gives quantities no plus, counts their thousands, bytes their unit', () => {
    expect(numberText(3.4817)).toBe('3.4817');
    expect([7, 999, 1000, 134515008].map(countText)).toEqual(['7', '999', '1\u2009000', '134\u2009515\u2009008']);
    expect([6, 1.4].map(unitsText)).toEqual(['6', '1.4']);
  });
});
