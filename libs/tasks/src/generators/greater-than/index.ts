import type { TaskGenerator } from '../../generator.js';
import { singleTokens } from '../../spelling.js';
import { events } from '../../words/events.js';
import { spellYears } from './year-spelling.js';

/** Years that would leave almost nothing greater, or almost everything, are not asked for. */
const MARGIN = 2;

/** A span of years whose end must be later than its start, within the same century (or decade). */
export const greaterThan: TaskGenerator = {
  id: 'greater-than',
  title: 'Greater than',
  description:
    'Something lasted from one year to another, and the model completes the second year: every later year of the ' +
    'century is right, the others are wrong. Corrupted: the first year ends in 01. Where the tokenizer splits every ' +
    'digit, the prompt gives three digits of the year and the last digit is asked for.',
  provenance: 'Task and template: Hanna et al. 2023, arXiv 2305.00586. Words are our own.',
  prepare(tokenizer) {
    const nouns = singleTokens(events, tokenizer, { kind: 'events', least: 1 });
    const { joint, heads, lowest } = spellYears(tokenizer, `The ${nouns[0]} lasted from the year`);
    return (random) => {
      const noun = random.pick(nouns);
      const { text, tails } = random.pick(heads);
      const span = (tail: string): string =>
        `The ${noun} lasted from the year ${text}${joint}${tail} to the year ${text}`;
      const start = random.between(MARGIN, tails.length - 1 - MARGIN);
      return {
        clean: span(tails[start] ?? ''),
        corrupted: span(lowest),
        answers: tails.slice(start + 1).map((tail) => joint + tail),
        wrongs: tails.slice(0, start + 1).map((tail) => joint + tail),
      };
    };
  },
};
