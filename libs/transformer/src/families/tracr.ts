import { invalidInput } from '@patchbay/contracts';
import { z } from 'zod';
import type { BlockWeights, Family, Linear } from '../architecture.js';
import { refuseUnsupported, size, type Config } from './config-reader.js';

/**
 * Programs that Tracr compiles into weights (Lindner et al. 2023, "Tracr: Compiled Transformers as a Laboratory for
 * Interpretability"): no norms, no mask, ReLU, one matrix a head, and outputs that are the program's own values.
 */
export const tracr: Family = {
  id: 'tracr',
  architectures: [],
  recognises: (config) => configSchema.safeParse(config).success,
  ignores: /^$/,
  tokenizer(config) {
    const { vocab } = parse(config);
    return {
      json: {
        added_tokens: [],
        ...{ normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder: null },
        model: { type: 'WordLevel', vocab: Object.fromEntries(vocab.map((token, id) => [String(token), id])) },
      },
      config: {},
    };
  },
  architecture(config) {
    refuseUnsupported(config, PLAIN);
    const { vocab, output_type: kind, output_labels: labels, scored_positions: positions } = parse(config);
    const heads = size(config, 'n_heads');
    return {
      family: 'tracr',
      layers: size(config, 'n_layers'),
      heads,
      keyValueHeads: heads,
      dModel: size(config, 'd_model'),
      dHead: size(config, 'd_head'),
      dMlp: size(config, 'd_mlp'),
      vocabulary: vocab.length,
      context: size(config, 'n_ctx'),
      // no block names a norm
      norm: { kind: 'layer', eps: 0 },
      activation: 'relu',
      positions: { kind: 'learned', table: 'pos_embed.W_pos' },
      attention: 'bidirectional',
      embedding: 'embed.W_E',
      unembedding: 'unembed.W_U',
      unembeddingLayout: 'in-out',
      outputs: { kind, size: size(config, 'd_out'), labels: (labels ?? []).map(String), positions },
      block: (layer) => block(`blocks.${layer}`),
    };
  },
};

const PLAIN = {
  layer_norm: [],
  activation: ['relu'],
  attention: ['bidirectional'],
  attention_scale: ['1/sqrt(d_head)'],
};

const token = z.union([z.string(), z.number()]);
const configSchema = z.looseObject({
  vocab: z.array(token).min(1),
  residual_labels: z.array(z.string()),
  output_type: z.enum(['categorical', 'numerical']),
  output_labels: z.array(token).nullable(),
  scored_positions: z.array(z.int().min(0)).min(1),
});

function parse(config: Config): z.infer<typeof configSchema> {
  const parsed = configSchema.safeParse(config);
  if (parsed.success) {
    const positions = [...parsed.data.scored_positions].sort((a, b) => a - b);
    return { ...parsed.data, scored_positions: positions };
  }
  throw invalidInput(
    `The program's configuration cannot be used: ${parsed.error.issues[0]?.path.join('.')}.`,
    'Compile it again.',
  );
}

function block(name: string): BlockWeights {
  const linear = (part: string, to: string, layout: Linear['layout']): Linear => ({
    weight: `${name}.${part}.W_${to}`,
    bias: `${name}.${part}.b_${to}`,
    layout,
  });
  const qkv = (to: string): Linear => linear('attn', to, 'out-by-head');
  return {
    qkv: { q: qkv('Q'), k: qkv('K'), v: qkv('V') },
    output: linear('attn', 'O', 'in-by-head'),
    mlp: { up: linear('mlp', 'in', 'in-out'), down: linear('mlp', 'out', 'in-out') },
  };
}
