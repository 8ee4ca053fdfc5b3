import type { MethodContext } from '../method.js';
import type { Params } from './params.js';
import { nodeScores } from './scores/node-scores.js';
import { type Coded, codesOf } from './state.js';
import type { Finding } from './units.js';

/** Heads whose codes are put into words, how many codes of each, and how many examples of each code. */
const HEADS = 20;
const CODES = 5;
const EXAMPLES = 3;

/** Of the heads with the highest scores under the first seed, the codes that most prompts have and no negative one. */
export function findingsOf(coded: Coded, context: MethodContext<Params>): Finding[] {
  const scores = nodeScores(codesOf(coded, 0, context));
  return [...scores.keys()]
    .filter((head) => (scores[head]?.unique ?? 0) > 0)
    .sort((a, b) => (scores[b]?.unique ?? 0) - (scores[a]?.unique ?? 0) || a - b)
    .slice(0, HEADS)
    .flatMap((head) => exclusiveCodes(head, coded, context).slice(0, CODES));
}

/** Codes that a head has on positive prompts only, those of most prompts first. */
function exclusiveCodes(head: number, coded: Coded, context: MethodContext<Params>): Finding[] {
  const { heads, codes, positive } = codesOf(coded, 0, context);
  const prompts = new Map<number, number[]>();
  positive.forEach((_, prompt) => {
    const code = codes[prompt * heads + head] ?? 0;
    prompts.set(code, [...(prompts.get(code) ?? []), prompt]);
  });
  return [...prompts]
    .filter(([, having]) => having.every((prompt) => positive[prompt] === 1))
    .sort(([a, having], [b, others]) => others.length - having.length || a - b)
    .map(([feature, having]) => ({
      head,
      feature,
      silent: having.every((prompt) => coded.silent[0]?.[prompt * heads + head] === 1),
      count: having.length,
      examples: having.slice(0, EXAMPLES),
    }));
}
