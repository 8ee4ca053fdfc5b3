import { describe, expect, it } from 'vitest';
import type { Architecture, Family } from '../architecture.js';
import { attentionOnly } from './attention-only.js';
import { gemma } from './gemma.js';
import { gemma2 } from './gemma2.js';
import { gemma3 } from './gemma3.js';
import { gpt2 } from './gpt2.js';
import { gptNeox } from './gpt-neox.js';
import { llama } from './llama.js';
import { qwen2 } from './qwen2.js';
import { qwen3 } from './qwen3.js';

const gpt2Config = { n_layer: 2, n_head: 4, n_embd: 64, n_positions: 128, vocab_size: 100 };
const llamaConfig = {
  ...{ hidden_size: 64, intermediate_size: 96, num_hidden_layers: 2, num_attention_heads: 4 },
  ...{ max_position_embeddings: 128, vocab_size: 100, hidden_act: 'silu', rms_norm_eps: 1e-5 },
};
const none: ReadonlySet<string> = new Set();
const frequencies = (config: object): readonly number[] => {
  const { positions } = llama.architecture({ ...llamaConfig, ...config }, new Set(['lm_head.weight']));
  return positions.kind === 'rotary' ? positions.inverseFrequencies : [];
};

describe('GPT-2', () => {
  it('fills in the defaults that configurations leave out', () => {
    expect(gpt2.architecture(gpt2Config, none)).toMatchObject({
      ...{ dHead: 16, dMlp: 256, activation: 'gelu-tanh', unembedding: 'wte.weight' },
      norm: { kind: 'layer', eps: 1e-5 },
    });
  });

  it.each([
    [{ scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx to true/],
    [{ scale_attn_weights: false }, /scale_attn_weights to false/],
    [{ add_cross_attention: true }, /add_cross_attention/],
    [{ activation_function: 'swish2' }, /activation_function to "swish2"/],
    [{ quantization_config: { bits: 4 } }, /quantization_config/],
    [{ auto_map: { AutoModel: 'x.Y' } }, /auto_map/],
    [{ n_head: 3 }, /64 cannot be divided by 3/],
    [{ n_layer: 0 }, /n_layer is 0/],
    [{ n_embd: undefined }, /n_embd is missing/],
    [{ layer_norm_epsilon: 'x' }, /layer_norm_epsilon is "x"/],
  ])('refuses %j', (setting, message) => {
    expect(() => gpt2.architecture({ ...gpt2Config, ...setting }, none)).toThrow(message);
  });
});

describe('Llama', () => {
  it('reads grouped keys, head size, biases and tying', () => {
    const config = { ...llamaConfig, num_key_value_heads: 2, head_dim: 32, attention_bias: true };
    const untied = llama.architecture({ ...config, tie_word_embeddings: false }, none);
    expect(untied).toMatchObject({ keyValueHeads: 2, dHead: 32, unembedding: 'lm_head.weight' });
    const { qkv, mlp } = untied.block(1);
    expect('q' in qkv && qkv.q).toEqual({
      weight: 'model.layers.1.self_attn.q_proj.weight',
      bias: 'model.layers.1.self_attn.q_proj.bias',
      layout: 'out-in',
    });
    expect(mlp?.gate).toEqual({ weight: 'model.layers.1.mlp.gate_proj.weight', layout: 'out-in' });
    const tied = llama.architecture({ ...config, tie_word_embeddings: true }, new Set(['lm_head.weight']));
    expect(tied.unembedding).toBe('model.embed_tokens.weight');
  });

  it('computes plain and linearly scaled rotary frequencies, however they are written', () => {
    const plain = Array.from({ length: 8 }, (_, pair) => 500_000 ** (-pair / 8));
    expect(frequencies({ rope_theta: 500_000, rope_scaling: null })).toEqual(plain);
    expect(frequencies({ rope_parameters: { rope_type: 'default', rope_theta: 500_000 } })).toEqual(plain);
    const half = plain.map((frequency) => frequency / 2);
    expect(frequencies({ rope_theta: 500_000, rope_scaling: { type: 'linear', factor: 2 } })).toEqual(half);
  });

  it('scales as Llama 3.1: short waves kept, long ones divided, those between blended', () => {
    const scaling = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 };
    const config = { rope_theta: 500_000, rope_scaling: { ...scaling, original_max_position_embeddings: 8192 } };
    const ratios = frequencies(config).map((frequency, pair) => frequency * 500_000 ** (pair / 8));
    // waves in 8,192 tokens: 1304, 253, 49.0, 9.5 | 1.84 (blend 0.281) | 0.36, …
    expect(ratios.slice(0, 4)).toEqual([1, 1, 1, 1].map((one) => expect.closeTo(one, 12)));
    const blend = (8192 / (2 * Math.PI) / Math.sqrt(500_000) - 1) / 3;
    expect(ratios[4]).toBeCloseTo((1 - blend) / 8 + blend, 12);
    expect(ratios.slice(5)).toEqual([0.125, 0.125, 0.125].map((eighth) => expect.closeTo(eighth, 12)));
  });

  it.each([
    [{ sliding_window: 4096 }, /sliding_window to 4096/],
    [{ rope_scaling: { rope_type: 'yarn', factor: 4 } }, /rope_scaling to "yarn"/],
    [{ rope_scaling: { rope_type: 'linear' } }, /factor is missing/],
    [{ hidden_act: 'gelu' }, /hidden_act to "gelu"/],
    [{ logit_scale: 0.25 }, /logit_scale/],
    [{ partial_rotary_factor: 0.5 }, /partial_rotary_factor/],
    [{ num_key_value_heads: 3 }, /4 cannot be divided by 3/],
    [{ head_dim: 15 }, /15 cannot be divided by 2/],
    [{ attention_bias: 'yes' }, /attention_bias is "yes"/],
  ])('refuses %j', (setting, message) => {
    expect(() => llama.architecture({ ...llamaConfig, ...setting }, none)).toThrow(message);
  });
});

/** Which layers slide, and how far. */
const windows = ({ layers, block }: Architecture) => Array.from({ length: layers }, (_, layer) => block(layer).window);

describe('sliding windows', () => {
  const config = { ...llamaConfig, num_hidden_layers: 4, sliding_window: 16 };
  const gemmaConfig = { ...config, hidden_act: undefined };

  it('of Qwen are off unless they are switched on, then from a layer upwards', () => {
    for (const qwen of [qwen2, qwen3]) {
      expect(windows(qwen.architecture(config, none))).toEqual([undefined, undefined, undefined, undefined]);
      const on = { ...config, use_sliding_window: true, max_window_layers: 3 };
      expect(windows(qwen.architecture(on, none))).toEqual([undefined, undefined, undefined, 16]);
    }
  });

  it('of Gemma alternate, or leave every sixth layer out, where nothing is listed', () => {
    expect(windows(gemma2.architecture(gemmaConfig, none))).toEqual([16, undefined, 16, undefined]);
    const seven = gemma3.architecture({ ...gemmaConfig, num_hidden_layers: 7 }, none);
    expect(windows(seven)).toEqual([16, 16, 16, 16, 16, undefined, 16]);
    const pattern = gemma3.architecture({ ...gemmaConfig, sliding_window_pattern: 2 }, none);
    expect(windows(pattern)).toEqual([16, undefined, 16, undefined]);
    const types = ['full_attention', 'full_attention', 'sliding_attention', 'full_attention'];
    expect(windows(gemma2.architecture({ ...gemmaConfig, layer_types: types }, none))).toEqual([
      ...[undefined, undefined, 16, undefined],
    ]);
  });
});

describe('Gemma', () => {
  const config = { ...llamaConfig, hidden_act: 'gelu' };

  it('has its own head size, embedding scale, norm offset and GELU, whatever the old name of it', () => {
    expect(gemma.architecture(config, none)).toMatchObject({
      ...{ dHead: 256, embeddingScale: 8, activation: 'gelu-tanh', norm: { kind: 'rms', weightOffset: 1 } },
    });
  });

  it('takes the usual soft caps where the configuration is silent and none where it says null', () => {
    expect(gemma2.architecture(config, none)).toMatchObject({ attentionSoftCap: 50, logitSoftCap: 30 });
    const off = gemma2.architecture({ ...config, attn_logit_softcapping: null, final_logit_softcapping: null }, none);
    expect([off.attentionSoftCap, off.logitSoftCap]).toEqual([undefined, undefined]);
    expect(gemma3.architecture(config, none).attentionSoftCap).toBeUndefined();
  });

  it('3 reads both rotary bases from older configurations', () => {
    const old = { ...config, head_dim: 4, rope_theta: 10_000, rope_local_base_freq: 100, sliding_window_pattern: 2 };
    const { positions, block } = gemma3.architecture({ ...old, rope_scaling: { type: 'linear', factor: 8 } }, none);
    expect(positions).toEqual({ kind: 'rotary', inverseFrequencies: [1 / 8, 1 / 800] });
    expect(block(0).inverseFrequencies).toEqual([1, 0.1]);
    expect(block(1).inverseFrequencies).toBeUndefined();
  });
});

describe('GPT-NeoX', () => {
  const config = { ...llamaConfig, hidden_act: 'gelu', rotary_pct: 0.5, rotary_emb_base: 100 };

  it('turns a part of each head, and reads q, k and v head by head', () => {
    const { positions, mlpReads, unembedding, block } = gptNeox.architecture(config, new Set(['embed_out.weight']));
    expect(positions).toEqual({
      kind: 'rotary',
      inverseFrequencies: [0, 1, 2, 3].map((pair) => expect.closeTo(100 ** (-pair / 4), 12)),
    });
    expect({ mlpReads, unembedding }).toEqual({ mlpReads: 'resid-pre', unembedding: 'embed_out.weight' });
    expect(block(0).qkv).toMatchObject({ byHead: true });
    expect(gptNeox.architecture({ ...config, use_parallel_residual: false }, none).mlpReads).toBe('resid-mid');
  });
});

it('an attention-only model reads GPT-2 names, less those of MLPs', () => {
  const { dMlp, block } = attentionOnly.architecture(gpt2Config, none);
  expect(dMlp).toBe(0);
  expect(Object.keys(block(0))).toEqual(['attentionNorm', 'qkv', 'output']);
});

it.each<[Family, object, RegExp]>([
  [qwen2, { use_sliding_window: true, layer_types: ['full_attention'] }, /layer_types are not 2 of/],
  [qwen3, { num_experts: 8 }, /num_experts/],
  [qwen2, { rope_scaling: { type: 'yarn' } }, /rope_scaling to "yarn"/],
  [gemma, { hidden_activation: 'relu' }, /hidden_activation to "relu"/],
  [gemma2, { attn_logit_softcapping: -1 }, /attn_logit_softcapping is -1/],
  [gemma3, { use_bidirectional_attention: true }, /use_bidirectional_attention to true/],
  [gemma3, { layer_types: ['full_attention', 'linear_attention'] }, /layer_types/],
  [gptNeox, { hidden_act: 'gelu_10' }, /hidden_act to "gelu_10"/],
  [gptNeox, { hidden_act: 'gelu', rotary_pct: 0.2 }, /3 cannot be divided by 2/],
  [llama, { rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.5 } }, /partial_rotary_factor to 0.5/],
])('$id refuses %j', (family, setting, message) => {
  const config = family.id.startsWith('gemma') ? { ...llamaConfig, hidden_act: undefined } : llamaConfig;
  expect(() => family.architecture({ ...config, ...setting }, none)).toThrow(message);
});
