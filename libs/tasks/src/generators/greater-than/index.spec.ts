import { describe, expect, it } from 'vitest';
import { generatePairs } from '../../generate-pairs.js';
import type { Pair } from '../../pair.js';
import {
  digitsAlone,
  digitsByThree,
  digitsByTwo,
  numbersWhole,
  pieceTokenizer,
  toyModel,
} from '../../testing/toy-models.js';
import { greaterThan } from './index.js';

const sentence = /^The (\w+) lasted from the year (\d{4}) to the year (\d+)$/;

function read(digits: RegExp): { pair: Pair; clean: RegExpExecArray; corrupted: RegExpExecArray; ends: number[][] }[] {
  const model = toyModel(pieceTokenizer({ digits }));
  const decode = (ids: readonly number[]): string => model.tokenizer.decode(ids);
  return generatePairs(greaterThan, model, 100, 2).map((pair) => {
    const [clean, corrupted] = [sentence.exec(decode(pair.clean)), sentence.exec(decode(pair.corrupted))];
    if (clean === null || corrupted === null) throw new Error(decode(pair.clean));
    const ends = [pair.answers, pair.wrongs].map((ids) => ids.map((id) => Number(`${clean[3]}${decode([id])}`)));
    return { pair, clean, corrupted, ends };
  });
}

describe('greater-than', () => {
  it('asks for two digits: every later year of the century is right, every other wrong, and 01 corrupts', () => {
    for (const { clean, corrupted, ends } of read(digitsByTwo)) {
      const start = Number(clean[2]);
      expect(clean[3]).toBe(clean[2]?.slice(0, 2));
      expect(ends[0]?.every((year) => year > start)).toBe(true);
      expect(ends[1]?.every((year) => year <= start)).toBe(true);
      expect(ends.flat()).toHaveLength(100);
      expect(corrupted[2]).toBe(`${clean[3]}01`);
    }
  });

  it.each([
    ['alone', digitsAlone],
    ['by three', digitsByThree],
  ])('asks for the last digit where digits stand %s', (_, digits) => {
    for (const { clean, corrupted, ends } of read(digits)) {
      const start = Number(clean[2]);
      expect(clean[3]).toBe(clean[2]?.slice(0, 3));
      expect(ends[0]?.every((year) => year > start)).toBe(true);
      expect(ends[1]?.every((year) => year <= start)).toBe(true);
      expect(ends.flat()).toHaveLength(10);
      expect(corrupted[2]).toBe(`${clean[3]}1`);
    }
  });

  it('leaves out centuries whose years are mostly one token, and years that are', () => {
    const model = toyModel(pieceTokenizer({ digits: / (?:19[1-9]\d|1776)| ?\d\d/g }));
    const texts = generatePairs(greaterThan, model, 300, 0).map((pair) => model.tokenizer.decode(pair.clean));
    expect(texts.some((text) => / 19/.test(text))).toBe(false);
    expect(texts.some((text) => / 17/.test(text))).toBe(true);
    expect(texts.some((text) => / 1776/.test(text))).toBe(false);
  });

  it('is refused where every year is one token', () => {
    const model = toyModel(pieceTokenizer({ digits: numbersWhole }));
    expect(() => generatePairs(greaterThan, model, 1, 0)).toThrow(/splits years neither into century and two digits/);
  });
});
