import type { Tokenizer } from '@patchbay/transformer';
import type { Random } from './random.js';

/** A pair in words, before anybody has looked at its tokens. Answers carry the space that stands before them. */
export interface Draft {
  clean: string;
  corrupted: string;
  /** the prompt in which the task cannot be done, where the corrupted one is none; see `Pair` */
  negative?: string | undefined;
  answers: readonly string[];
  wrongs: readonly string[];
}

/** A task for any model: one folder in `generators/` each; nothing else asks for its id. */
export interface TaskGenerator {
  id: string;
  title: string;
  description: string;
  /** where the idea of the template comes from */
  provenance: string;
  /**
   * Looks once at what the tokenizer can say; the function that comes back draws one pair at random, and whatever only
   * its negative prompt has from `others`, so that the pairs of a seed do not depend on negatives.
   * @throws PatchbayError `invalid-input` saying why no pair can be made for this tokenizer
   */
  prepare(tokenizer: Tokenizer): (random: Random, others: Random) => Draft;
}
