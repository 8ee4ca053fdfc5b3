import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatePairs } from '../generate-pairs.js';
import type { TaskGenerator } from '../generator.js';
import { Random } from '../random.js';
import {
  digitsAlone,
  digitsByThree,
  digitsByTwo,
  pieceTokenizer,
  toyModel,
  wordTokenizer,
} from '../testing/toy-models.js';
import { generators } from './index.js';

const spacedWords = wordTokenizer(`
  <bos> When Then After and went to the , . gave a handed The lasted from year def ( ) : :param self doc Mary John Alice
  Tom Laura store park ring hat war siege 11 18 ${Array.from({ length: 100 }, (_, year) => String(year).padStart(2, '0')).join(' ')}
  load size files last host get put bread butter cheese salt sugar pepper tea coffee milk water fire`);

const models = {
  'words between spaces': toyModel(spacedWords, { promptPrefix: '<bos> ' }),
  'pieces, digits by two': toyModel(pieceTokenizer({ digits: digitsByTwo, broken: /a$/ })),
  'pieces, digits by three, BOS': toyModel(pieceTokenizer({ digits: digitsByThree, bos: true })),
  'pieces, digits alone': toyModel(pieceTokenizer({ digits: digitsAlone })),
};
const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe.each(Object.entries(models))('%s', (_, model) => {
  const { tokenizer } = model;

  it.each(generators.map((generator) => [generator.id, generator] as const))('%s', (_id, generator) => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        fc.pre(one !== other);
        const pairs = generatePairs(generator, model, 8, one);
        for (const { clean, corrupted, answers, wrongs } of pairs) {
          expect(clean).toHaveLength(corrupted.length);
          expect(clean).not.toEqual(corrupted);
          expect(answers.length * wrongs.length).toBeGreaterThan(0);
          expect([...clean, ...corrupted, ...answers, ...wrongs]).not.toContain(tokenizer.unknown);
          // what was encoded as text is what the ids say: no answer is an accident of where the text was cut
          const text = tokenizer.decode(clean.filter((id) => tokenizer.decode([id]) !== '<s>'));
          expect(text.startsWith(model.promptPrefix)).toBe(true);
          const joint = tokenizer.spaceless ? ' ' : '';
          for (const id of [...answers, ...wrongs]) {
            expect(tokenizer.encode(text + joint + tokenizer.decode([id]))).toEqual([...clean, id]);
          }
        }
        expect(new Set(pairs.map((pair) => [pair.clean, pair.corrupted].join(';'))).size).toBe(8);
        expect(generatePairs(generator, model, 8, one)).toEqual(pairs);
        expect(generatePairs(generator, model, 3, one)).toEqual(pairs.slice(0, 3));
        expect(generatePairs(generator, model, 8, other)).not.toEqual(pairs);
      }),
      { numRuns: 10 },
    );
  });
});

it.each(generators)('$id draws the same pairs of a seed with negative prompts and without', (generator) => {
  const model = models['pieces, digits by two'];
  const without: TaskGenerator = {
    ...generator,
    prepare: (tokenizer) => {
      const draw = generator.prepare(tokenizer);
      return (random) => ({ ...draw(random, new Random(99)), negative: undefined });
    },
  };
  const bare = generatePairs(generator, model, 20, 7).map(({ negative: _, ...pair }) => pair);
  expect(bare).toEqual(generatePairs(without, model, 20, 7));
});

describe('what a generator cannot do', () => {
  const [ioi] = generators;
  if (ioi === undefined) throw new Error('no generator');

  it('is refused where too few words are single tokens', () => {
    const model = toyModel(pieceTokenizer({ digits: digitsByTwo, broken: /[A-Z]/ }));
    expect(() => generatePairs(ioi, model, 1, 0)).toThrow(/names only 0 are single tokens/);
  });

  it('is refused where the templates cannot be said', () => {
    const model = toyModel(wordTokenizer('Mary John store ring'));
    expect(() => generatePairs(ioi, model, 1, 0)).toThrow(/templates are not in this model's vocabulary/);
  });

  it('is refused where no prompt fits the context', () => {
    const model = toyModel(pieceTokenizer({ digits: digitsByTwo }), { context: 5 });
    expect(() => generatePairs(ioi, model, 1, 0)).toThrow(/makes no pair for this model: the prompt has \d+ tokens/);
  });

  it('is refused where it has no more different pairs, with their number', () => {
    const model = toyModel(wordTokenizer('Mary John store ring When and went to the , gave a'));
    // 2 orders of names in the text, 2 that the giver may be
    expect(generatePairs(ioi, model, 4, 0)).toHaveLength(4);
    expect(() => generatePairs(ioi, model, 5, 0)).toThrow('makes only 4 different pairs for this model, and 5 were');
  });
});
