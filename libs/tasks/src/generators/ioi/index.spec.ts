import { describe, expect, it } from 'vitest';
import { generatePairs } from '../../generate-pairs.js';
import { digitsByTwo, pieceTokenizer, toyModel } from '../../testing/toy-models.js';
import { ioi } from './index.js';

const model = toyModel(pieceTokenizer({ digits: digitsByTwo }));
const pairs = generatePairs(ioi, model, 200, 1);

describe('ioi', () => {
  it('names both, repeats the wrong one, and the corrupted prompt repeats the answer in its place', () => {
    for (const { clean, corrupted, answers, wrongs } of pairs) {
      const [io, s] = [answers[0], wrongs[0]];
      const count = (prompt: readonly number[], id: number | undefined): number =>
        prompt.filter((token) => token === id).length;
      expect([count(clean, io), count(clean, s)]).toEqual([1, 2]);
      expect([count(corrupted, io), count(corrupted, s)]).toEqual([2, 1]);
      const differing = clean.flatMap((id, position) => (id === corrupted[position] ? [] : [position]));
      expect(differing).toHaveLength(1);
      expect(clean.lastIndexOf(s ?? -1)).toBe(differing[0]);
    }
  });

  it('has a negative prompt of three different names, the other words the same', () => {
    for (const { clean, negative = [], answers, wrongs } of pairs) {
      const [io, s] = [answers[0], wrongs[0]];
      expect(negative).toHaveLength(clean.length);
      const changed = negative.filter((id, position) => id !== clean[position]);
      // IO stands where S was named first, and a third name where IO stood
      expect(changed).toHaveLength(2);
      expect(changed).toContain(io);
      expect(changed).not.toContain(s);
      expect(negative.filter((id) => id === io || id === s)).toHaveLength(2);
      const place = (id: number | undefined): number => clean.indexOf(id ?? -1);
      expect(negative[place(s)]).toBe(io);
      expect(clean).not.toContain(negative[place(io)]);
    }
  });

  it('comes in both orders, about as often', () => {
    const abba = pairs.filter(
      ({ clean, answers, wrongs }) => clean.indexOf(answers[0] ?? -1) < clean.indexOf(wrongs[0] ?? -1),
    );
    expect(abba.length).toBeGreaterThan(70);
    expect(abba.length).toBeLessThan(130);
  });

  it('writes as people do', () => {
    const text = model.tokenizer.decode(pairs[0]?.clean ?? []);
    expect(text).toMatch(/^[A-Z].* to$/);
    expect(text).not.toMatch(/ [,.]|\[/);
  });
});
