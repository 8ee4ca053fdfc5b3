import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

/** Random weights in GPT-2 small's shape, and 4 layers of 4 heads, 128 wide (`peers/make_models.py`). */
export type ModelName = 'gpt2-small' | 'gpt2-4-layers';

/** Prompt pairs, and where clean and corrupted differ. `late`: as the second name of an IOI prompt does, two thirds in. */
const KINDS = {
  late: { pairs: 16, tokens: 16, differAt: [10] },
  early: { pairs: 16, tokens: 16, differAt: [2, 4, 10] },
  many: { pairs: 250, tokens: 15, differAt: [2, 4, 10] },
} as const;
export type PairKind = keyof typeof KINDS;

/**
 * Folder of a model, made on first use: weights, a tokenizer of words `w0`, `w1`, … and a task file for each kind of pair.
 *
 * @param python one that has transformers
 * @param script `peers/make_models.py`
 */
export function modelFolder(name: ModelName, x: { folder: string; python: string; script: string }): string {
  const home = join(x.folder, name);
  const done = join(home, 'many.jsonl');
  if (existsSync(done)) return home;
  mkdirSync(x.folder, { recursive: true });
  runProgram(x.python, [x.script, x.folder]);
  const { vocab_size: vocabulary } = JSON.parse(readFileSync(join(home, 'config.json'), 'utf8')) as {
    vocab_size: number;
  };
  writeFileSync(join(home, 'tokenizer.json'), JSON.stringify(wordTokenizer(vocabulary)));
  writeFileSync(join(home, 'tokenizer_config.json'), JSON.stringify(TOKENIZER));
  for (const kind of ['late', 'early', 'many'] as const) {
    const lines = promptPairs(kind, vocabulary).map((pair) => JSON.stringify(pair));
    writeFileSync(join(home, `${kind}.jsonl`), `${lines.join('\n')}\n`);
  }
  return home;
}

/** Prompt pairs of random ids, always the same ones. Id 0 leads, where some peers insist on a BOS. */
export function promptPairs(kind: PairKind, vocabulary: number) {
  const random = randomIds(vocabulary);
  const { pairs, tokens, differAt } = KINDS[kind];
  return Array.from({ length: pairs }, () => {
    const clean = [0, ...Array.from({ length: tokens - 1 }, random)];
    const corrupted = [...clean];
    for (const position of differAt) corrupted[position] = random();
    const text = (ids: readonly number[]): string => ids.map(wordOf).join(' ');
    const [answer_id, wrong_id] = [clean[2] ?? 0, clean[4] ?? 0];
    return {
      ...{ clean: text(clean), corrupted: text(corrupted), answer: wordOf(answer_id), wrong: wordOf(wrong_id) },
      ...{ clean_ids: clean, corrupted_ids: corrupted, answer_id, wrong_id },
    };
  });
}

/** Numerical Recipes' linear congruential generator; the first ten ids stay free for special tokens. */
function randomIds(vocabulary: number): () => number {
  let state = 1234;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 10 + Math.floor((state / 2 ** 32) * (vocabulary - 10));
  };
}

/** Tokens of ids 0 to 2. No word may begin so: the tokenizer would cut it there. */
const SPECIAL = ['<s>', '<pad>', '<unk>'] as const;
const [bos, pad, unknown] = SPECIAL;
const TOKENIZER = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  ...{ bos_token: bos, eos_token: bos, pad_token: pad, unk_token: unknown },
};

const wordOf = (id: number): string => SPECIAL[id] ?? `w${id}`;

const wordTokenizer = (vocabulary: number) => ({
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordLevel',
    vocab: Object.fromEntries(Array.from({ length: vocabulary }, (_, id) => [wordOf(id), id])),
    unk_token: unknown,
  },
});
