import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildGguf, type GgufTensor } from '../testing/build-gguf.js';
import { readLocation } from '../testing/read-location.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { floats, tinyLlama, tinyLlamaMetadata, tinyLlamaTensors } from '../testing/tiny-llama-gguf.js';
import { openModel } from './open-model.js';

const root = temporaryFolder();
let count = 0;

async function open(file: Uint8Array) {
  const path = join(root, `${count++}.gguf`);
  writeFileSync(path, file);
  return openModel(path, { home: join(root, `home-${count}`) });
}

const replaced = (name: string, tensor: GgufTensor) =>
  tinyLlamaTensors.map((other) => (other.name === name ? tensor : other));

/** First value of each row. */
const rows = (values: readonly number[], columns: number): number[] => values.filter((_, i) => i % columns === 0);

describe('opening a GGUF file', () => {
  it('gives Hugging Face names and puts the rows of q and k back', async () => {
    const model = await open(tinyLlama);
    expect(model.architecture).toMatchObject({
      ...{ family: 'llama', heads: 2, keyValueHeads: 1, dModel: 8, dHead: 4, dMlp: 6, vocabulary: 3, context: 16 },
      norm: { kind: 'rms', eps: 2 ** -17 },
      unembedding: 'model.embed_tokens.weight',
      positions: { kind: 'rotary', inverseFrequencies: [1, 0.01] },
    });
    const layer = 'model.layers.0';
    const values = (name: string) => readLocation(model.tensors.get(name));
    // a head of 4 rows is stored as 0 2 1 3 of the original: pair (0, 2), pair (1, 3)
    expect(rows(values(`${layer}.self_attn.q_proj.weight`), 8)).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
    expect(rows(values(`${layer}.self_attn.k_proj.weight`), 8)).toEqual([0, 2, 1, 3]);
    expect(rows(values(`${layer}.self_attn.v_proj.weight`), 8)).toEqual([0, 1, 2, 3]);
    expect(values(`${layer}.mlp.down_proj.weight`).slice(6, 12)).toEqual([0, 1, 2, 3, 4, 5].map((i) => 1 + i / 64));
    expect(model.tensors.get(`${layer}.mlp.down_proj.weight`)?.shape).toEqual([8, 6]);
  });

  it('reads an unembedding of its own, and rotary factors stored as a tensor', async () => {
    const factors = { ...floats('rope_freqs.weight', [2]), bytes: new Uint8Array(Float32Array.of(1, 8).buffer) };
    const model = await open(
      buildGguf(tinyLlamaMetadata, [...tinyLlamaTensors, floats('output.weight', [3, 8]), factors]),
    );
    expect(model.architecture.unembedding).toBe('lm_head.weight');
    expect(model.architecture.positions).toEqual({ kind: 'rotary', inverseFrequencies: [1, 0.01 / 8] });
  });

  it('reads GPT-2, whose matrices GGUF stores turned', async () => {
    const model = await open(buildGguf(gpt2Metadata, gpt2Tensors));
    expect(model.architecture).toMatchObject({ family: 'gpt2', heads: 2, dMlp: 6, unembedding: 'wte.weight' });
    expect(model.architecture.block(0).mlp?.up).toMatchObject({ weight: 'h.0.mlp.c_fc.weight', layout: 'out-in' });
    expect(model.tensors.get('h.0.mlp.c_fc.weight')).toMatchObject({ shape: [6, 4] });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another architecture', buildGguf({ 'general.architecture': 'rwkv7' }, []), /architecture is rwkv7/],
    ['no architecture', buildGguf({}, []), /architecture is undefined/],
    [
      'a setting that changes the model',
      buildGguf({ ...tinyLlamaMetadata, 'llama.expert_count': 8 }, tinyLlamaTensors),
      /sets llama.expert_count/,
    ],
    [
      'another rotary scaling',
      buildGguf({ ...tinyLlamaMetadata, 'llama.rope.scaling.type': 'yarn' }, tinyLlamaTensors),
      /llama.rope.scaling.type to "yarn"/,
    ],
    [
      'heads turned in part',
      buildGguf({ ...tinyLlamaMetadata, 'llama.attention.key_length': 8 }, tinyLlamaTensors),
      /head sizes differ/,
    ],
    [
      'a quantisation that cannot be read',
      buildGguf(tinyLlamaMetadata, replaced('output_norm.weight', { ...floats('output_norm.weight', [8]), type: 16 })),
      /model.norm.weight is stored as IQ2_XXS/,
    ],
    [
      'NaN',
      buildGguf(
        tinyLlamaMetadata,
        replaced('output_norm.weight', { ...floats('output_norm.weight', [8]), bytes: new Uint8Array(32).fill(255) }),
      ),
      /model.norm.weight .* NaN/,
    ],
    ['one part of several', buildGguf({ ...tinyLlamaMetadata, 'split.count': 3 }, tinyLlamaTensors), /split GGUF/],
    [
      'a missing tensor',
      buildGguf(tinyLlamaMetadata, tinyLlamaTensors.slice(1)),
      /lacks the tensor model.embed_tokens/,
    ],
    ['a file cut short', tinyLlama.subarray(0, tinyLlama.length - 64), /cut short/],
    ['a file cut short in its header', tinyLlama.subarray(0, 100), /ends before/],
    ['no GGUF file', Buffer.from('version https://git-lfs.github.com/spec/v1'), /does not begin with GGUF/],
  ])('refuses %s', async (_, file, message) => {
    await expect(open(file)).rejects.toThrow(message);
    await expect(open(file)).rejects.toMatchObject({ kind: 'invalid-input', action: expect.stringMatching(/./) });
  });
});

const gpt2Metadata = {
  'general.architecture': 'gpt2',
  ...{ 'gpt2.block_count': 1, 'gpt2.context_length': 5, 'gpt2.embedding_length': 4, 'gpt2.feed_forward_length': 6 },
  ...{ 'gpt2.attention.head_count': 2, 'gpt2.attention.layer_norm_epsilon': 2 ** -17 },
  ...{ 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'gpt-2' },
  ...{ 'tokenizer.ggml.tokens': ['a', 'b'], 'tokenizer.ggml.merges': ['a b'] },
};
const pair = (name: string, shape: readonly [number, number?]) => [
  floats(`${name}.weight`, shape),
  floats(`${name}.bias`, [shape[0]]),
];
const gpt2Tensors = [
  ...[floats('token_embd.weight', [2, 4]), floats('position_embd.weight', [5, 4]), ...pair('output_norm', [4])],
  ...[...pair('blk.0.attn_norm', [4]), ...pair('blk.0.attn_qkv', [12, 4]), ...pair('blk.0.attn_output', [4, 4])],
  ...[...pair('blk.0.ffn_norm', [4]), ...pair('blk.0.ffn_up', [6, 4]), ...pair('blk.0.ffn_down', [4, 6])],
];
