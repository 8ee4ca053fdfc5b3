import type { Architecture, Linear, Norm } from '../architecture.js';

type Shapes = Map<string, readonly number[]>;

/** Name and shape of every tensor that the architecture's graph reads. */
export function expectedShapes(architecture: Architecture): Shapes {
  const { vocabulary, context, dModel, positions, layers, outputs, unembeddingLayout } = architecture;
  const unembedding = [outputs?.size ?? vocabulary, dModel];
  const shapes: Shapes = new Map([
    [architecture.embedding, [vocabulary, dModel]],
    [architecture.unembedding, unembeddingLayout === 'in-out' ? unembedding.reverse() : unembedding],
  ]);
  if (positions.kind === 'learned') shapes.set(positions.table, [context, dModel]);
  addNorm(shapes, architecture.finalNorm, dModel);
  for (let layer = 0; layer < layers; layer++) addBlock(shapes, architecture, layer);
  return shapes;
}

function addBlock(shapes: Shapes, architecture: Architecture, layer: number): void {
  const { heads, keyValueHeads, dModel, dHead, dMlp } = architecture;
  const { qkv, output, mlp, ...norms } = architecture.block(layer);
  for (const norm of [norms.attentionNorm, norms.attentionPostNorm, norms.mlpNorm, norms.mlpPostNorm]) {
    addNorm(shapes, norm, dModel);
  }
  addNorm(shapes, norms.queryNorm, dHead);
  addNorm(shapes, norms.keyNorm, dHead);
  if ('fused' in qkv) addLinear(shapes, qkv.fused, dModel, (heads + 2 * keyValueHeads) * dHead, heads);
  else {
    addLinear(shapes, qkv.q, dModel, heads * dHead, heads);
    addLinear(shapes, qkv.k, dModel, keyValueHeads * dHead, keyValueHeads);
    addLinear(shapes, qkv.v, dModel, keyValueHeads * dHead, keyValueHeads);
  }
  addLinear(shapes, output, heads * dHead, dModel, heads);
  if (!mlp) return;
  addLinear(shapes, mlp.up, dModel, dMlp, 1);
  if (mlp.gate) addLinear(shapes, mlp.gate, dModel, dMlp, 1);
  addLinear(shapes, mlp.down, dMlp, dModel, 1);
}

function addNorm(shapes: Shapes, norm: Norm | undefined, width: number): void {
  if (!norm) return;
  shapes.set(norm.weight, [width]);
  if (norm.bias) shapes.set(norm.bias, [width]);
}

/** @param heads into which a layout by head cuts the matrix */
function addLinear(shapes: Shapes, { weight, bias, layout }: Linear, from: number, to: number, heads: number): void {
  const stored: Record<Linear['layout'], readonly number[]> = {
    'out-in': [to, from],
    'in-out': [from, to],
    'out-by-head': [heads, from, to / heads],
    'in-by-head': [heads, from / heads, to],
  };
  shapes.set(weight, stored[layout]);
  if (bias) shapes.set(bias, layout === 'out-by-head' ? [heads, to / heads] : [to]);
}
