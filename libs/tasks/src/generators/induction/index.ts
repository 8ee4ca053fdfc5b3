import type { TaskGenerator } from '../../generator.js';
import { singleTokens } from '../../spelling.js';
import { objects } from '../../words/objects.js';
import { places } from '../../words/places.js';
import { things } from '../../words/things.js';

/** A list of different words, then a piece of it again: the word that followed the piece follows again. */
export const induction: TaskGenerator = {
  id: 'induction',
  title: 'Induction',
  description:
    'Different random words, then two to four of them in a row again: the model completes the word that followed them ' +
    'the first time. Corrupted: another piece of the same length comes again, and what followed that is the wrong answer.',
  provenance: 'Task: Olsson et al. 2022, arXiv 2209.11895, on natural words. Words are our own.',
  prepare(tokenizer) {
    const vocabulary = [...new Set([...things, ...places, ...objects])];
    const nouns = singleTokens(vocabulary, tokenizer, { kind: 'words', least: 12 });
    return (random) => {
      const piece = random.between(2, 4);
      // Two pieces with the words that follow them must fit behind the first word, which no piece holds: at the start
      // of a text it has no space before it and is another token than where it comes again.
      const length = random.between(Math.max(8, 2 * piece + 3), 12);
      const list = random.sample(nouns, length);
      const starts = separateStarts(length, piece);
      const [right, wrong] = random.sample(random.pick(starts), 2) as [number, number];
      const prompt = (start: number): string => [...list, ...list.slice(start, start + piece)].join(' ');
      return {
        clean: prompt(right),
        corrupted: prompt(wrong),
        answers: [` ${list[right + piece]}`],
        wrongs: [` ${list[wrong + piece]}`],
      };
    };
  },
};

/** All pairs of places where two pieces, each with its follower, do not overlap. */
function separateStarts(length: number, piece: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let first = 1; first + 2 * piece + 1 < length; first++) {
    for (let second = first + piece + 1; second + piece < length; second++) pairs.push([first, second]);
  }
  return pairs;
}
