import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TensorValues, encodeSafetensors } from '@patchbay/transformer';

/** A GPT-2 as a Hugging Face folder; a prompt is words between spaces. */
export interface Gpt2Folder {
  config: Record<string, unknown>;
  /** by id, the last one unknown */
  words: readonly string[];
  tensors: Record<string, TensorValues>;
}

export function writeGpt2(folder: string, { config, words, tensors }: Gpt2Folder): void {
  mkdirSync(folder, { recursive: true });
  const json = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  const model = { architectures: ['GPT2LMHeadModel'], model_type: 'gpt2', layer_norm_epsilon: 1e-5 };
  json('config.json', { ...model, ...config });
  json('tokenizer.json', {
    version: '1.0',
    added_tokens: [],
    ...{ normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder: null },
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      unk_token: words.at(-1),
    },
  });
  json('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast' });
  writeFileSync(join(folder, 'model.safetensors'), encodeSafetensors(tensors, {}));
}
