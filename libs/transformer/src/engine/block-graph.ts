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
  zerosLike,
} from '@patchbay/onnx';
import type { Architecture } from '../architecture.js';
import type { ModelFiles } from '../model-files.js';
import { attend } from './attention-graph.js';
import { turnedWidth } from './positions.js';
import { WeightReader } from './weights.js';

/**
 * One block as a graph: residual stream in, residual stream out, and every activation that a method may read.
 *
 * Interventions are inputs. Where a mask is true the given activation takes the place of the computed one; masks and
 * given values broadcast, and a flag says whether there is an intervention at all: without it neither is looked at. With
 * `attend` false the attention is not computed and `zGiven` stands for the whole of z; with `project` false too, W_O is
 * not applied and `attnOutGiven` stands for the whole of attention's output.
 */
export function blockGraph(files: ModelFiles, layer: number): Graph {
  const { dModel, heads, keyValueHeads, dHead, mlpReads, block } = files.architecture;
  const g = new Graph(`block ${layer}`);
  const weights = new WeightReader(g, files);
  const { output, attentionPostNorm, mlpNorm, mlpPostNorm } = block(layer);
  const turned = turnedWidth(files.architecture, layer);

  const resid = g.input('resid', 'float32', ['batch', 'seq', dModel]);
  const keepFrom = g.input('keepFrom', 'int64', [1]);
  const past = ['prefixes', 'past', keyValueHeads, dHead] as const;
  const attentionInputs = {
    resid,
    keepFrom,
    pastKeys: g.input('pastKeys', 'float32', past),
    pastValues: g.input('pastValues', 'float32', past),
    prefix: g.input('prefix', 'int64', ['batch']),
    cos: g.input('cos', 'float32', ['seq', 1, turned]),
    sin: g.input('sin', 'float32', ['seq', 1, turned]),
    bias: g.input('bias', 'float32', ['groupedQueries', 'allKeys']),
  };
  const attended = g.input('attend', 'bool', []);
  const zGiven = given(g, 'z', ['Queries', 'Heads', 'Width']);

  const [z, keys, values] = g.choose(
    attended,
    () => {
      const computed = attend(weights, layer, attentionInputs);
      return [zGiven.unless(computed.z), computed.keys, computed.values]; // z [batch, queries, heads, d_head]
    },
    () => [zGiven.value, attentionInputs.pastKeys, attentionInputs.pastValues],
  ) as [Value, Value, Value];

  const kept = sliceFrom(resid, keepFrom, 1); // [batch, queries, d_model]
  const attnOutGiven = given(g, 'attnOut', ['Queries', 'Width']);
  const [attnOut, share] = g.choose(
    g.input('project', 'bool', []),
    () => {
      const heard = reshapeLike(weights.linear(reshape(z, -1, heads * dHead), output), kept, 2, dModel);
      const attnOut = attnOutGiven.unless(weights.norm(heard, attentionPostNorm));
      // A norm after the heads' sum is linear at the run's own scale: each head writes its share under that scale.
      return attentionPostNorm ? [attnOut, mul(z, reshapeLike(weights.rmsScale(heard), kept, 2, 1, 1))] : [attnOut];
    },
    () => (attentionPostNorm ? [attnOutGiven.value, z] : [attnOutGiven.value]),
  ) as [Value, Value?];
  const residMid = add(kept, attnOut);
  const mlpInput = weights.norm(mlpReads === 'resid-pre' ? kept : residMid, mlpNorm);
  const mlpOut = given(g, 'mlpOut', ['Queries', 'Width']).unless(
    weights.norm(mlp(weights, layer, mlpInput), mlpPostNorm),
  );

  g.output('residPost', add(residMid, mlpOut));
  g.output('z', z);
  g.output('share', share ?? z);
  g.output('keys', keys);
  g.output('values', values);
  g.output('attnOut', attnOut);
  g.output('mlpOut', mlpOut);
  return g;
}

interface Given {
  value: Value;
  /** the given activation where its mask says so, else the computed one */
  unless: (computed: Value) => Value;
}

/** Inputs of the graph that may take the place of an activation [batch, …axes]; the mask is read where one is replaced. */
function given(g: Graph, site: 'z' | 'attnOut' | 'mlpOut', axes: readonly string[]): Given {
  const named = (name: string): string[] => axes.map((axis) => `${site}${name}${axis}`);
  const value = g.input(`${site}Given`, 'float32', [`${site}Batch`, ...named('')]);
  const mask = g.input(`${site}Mask`, 'bool', [`${site}MaskBatch`, ...named('Mask').slice(0, -1), 1]);
  const replaced = g.input(`${site}Replaced`, 'bool', []);
  const unless = (computed: Value): Value =>
    g.choose(
      replaced,
      () => [where(mask, value, computed)],
      () => [computed],
    )[0] as Value;
  return { value, unless };
}

/** x: [batch, queries, d_model] → the same; zeros where the block has no MLP */
export function mlp(weights: WeightReader, layer: number, x: Value): Value {
  const { dModel, activation, block } = weights.architecture;
  const parts = block(layer).mlp;
  if (!parts) return zerosLike(x);
  const rows = reshape(x, -1, dModel);
  const raised = weights.linear(rows, parts.up);
  const hidden = parts.gate
    ? mul(activate(weights.linear(rows, parts.gate), activation), raised)
    : activate(raised, activation);
  return reshapeLike(weights.linear(hidden, parts.down), x, 2, dModel);
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
