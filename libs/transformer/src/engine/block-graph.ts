import {
  Graph,
  type Value,
  add,
  gelu,
  mul,
  relu,
  reshape,
  reshapeLike,
  sigmoid,
  sliceFrom,
  where,
} from '@patchbay/onnx';
import type { Architecture } from '../architecture.js';
import type { ModelFiles } from '../model-files.js';
import { attend } from './attention-graph.js';
import { WeightReader } from './weights.js';

/**
 * One block as a graph: residual stream in, residual stream out, and every activation that a method may read.
 *
 * Interventions are inputs. Where a mask is true the given activation takes the place of the computed one; masks and
 * given values broadcast, so an intervention that is not wanted is one false and one zero. With `attend` false the
 * attention is not computed at all and `zGiven` stands for the whole of z.
 */
export function blockGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, heads, keyValueHeads, dHead, block } = files.architecture;
  const g = new Graph(`block ${layer}`);
  const weights = new WeightReader(g, files);
  const { output, mlpNorm } = block(layer);

  const resid = g.input('resid', 'float32', ['batch', 'seq', dModel]);
  const keepFrom = g.input('keepFrom', 'int64', [1]);
  const past = ['prefixes', 'past', keyValueHeads, dHead] as const;
  const attentionInputs = {
    resid,
    keepFrom,
    pastKeys: g.input('pastKeys', 'float32', past),
    pastValues: g.input('pastValues', 'float32', past),
    prefix: g.input('prefix', 'int64', ['batch']),
    cos: g.input('cos', 'float32', ['seq', 1, dHead]),
    sin: g.input('sin', 'float32', ['seq', 1, dHead]),
    bias: g.input('bias', 'float32', ['groupedQueries', 'allKeys']),
  };
  const attended = g.input('attend', 'bool', []);
  const zGiven = g.input('zGiven', 'float32', ['zBatch', 'zQueries', 'zHeads', 'zWidth']);
  const zMask = g.input('zMask', 'bool', ['zMaskBatch', 'zMaskQueries', 'zMaskHeads', 1]);

  const [zComputed, keys, values] = g.choose(
    attended,
    () => {
      const { z, keys, values } = attend(weights, layer, attentionInputs);
      return [z, keys, values];
    },
    () => [zGiven, attentionInputs.pastKeys, attentionInputs.pastValues],
  ) as [Value, Value, Value];

  const kept = sliceFrom(resid, keepFrom, 1); // [batch, queries, d_model]
  const z = where(zMask, zGiven, zComputed); // [batch, queries, heads, d_head]
  const projected = weights.linear(reshape(z, -1, heads * dHead), output);
  const attnOut = replaceable(g, 'attnOut', reshapeLike(projected, kept, 2, dModel));
  const residMid = add(kept, attnOut);
  const mlpRows = mlp(weights, layer, reshape(weights.norm(residMid, mlpNorm), -1, dModel));
  const mlpOut = replaceable(g, 'mlpOut', reshapeLike(mlpRows, kept, 2, dModel));

  g.output('residPost', add(residMid, mlpOut));
  g.output('z', z);
  g.output('keys', keys);
  g.output('values', values);
  g.output('attnOut', attnOut);
  g.output('mlpOut', mlpOut);
  return g;
}

/** The activation `computed`, or what is given in its place where the mask says so: both inputs of the graph. */
function replaceable(g: Graph, site: 'attnOut' | 'mlpOut', computed: Value): Value {
  const given = g.input(`${site}Given`, 'float32', [`${site}Batch`, `${site}Queries`, `${site}Width`]);
  const mask = g.input(`${site}Mask`, 'bool', [`${site}MaskBatch`, `${site}MaskQueries`, 1]);
  return where(mask, given, computed);
}

/** x: [rows, d_model] → [rows, d_model] */
export function mlp(weights: WeightReader, layer: number, x: Value): Value {
  const { up, gate, down } = weights.architecture.block(layer).mlp;
  const raised = weights.linear(x, up);
  const hidden = gate
    ? mul(activate(weights.linear(x, gate), weights.architecture.activation), raised)
    : activate(raised, weights.architecture.activation);
  return weights.linear(hidden, down);
}

function activate(x: Value, activation: Architecture['activation']): Value {
  switch (activation) {
    case 'gelu':
      return gelu(x, 'none');
    case 'gelu-tanh':
      return gelu(x, 'tanh');
    case 'relu':
      return relu(x);
    case 'silu':
      return mul(x, sigmoid(x));
  }
}
