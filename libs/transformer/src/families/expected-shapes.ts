import type { Architecture, Linear, Norm } from '../architecture.js';

type Shapes = Map<string, readonly number[]>;

/** Name and shape of every tensor that the architecture's graph reads. */
export function expectedShapes(architecture: Architecture): Shapes {
  const { vocabulary, context, dModel, positions, layers } = architecture;
  const shapes: Shapes = new Map([
    [architecture.embedding, [vocabulary, dModel]],
    [architecture.unembedding, [vocabulary, dModel]],
  ]);
  if (positions.kind === 'learned') shapes.set(positions.table, [context, dModel]);
  addNorm(shapes, architecture.finalNorm, dModel);
  for (let layer = 0; layer < layers; layer++) addBlock(shapes, architecture, layer);
  return shapes;
}

function addBlock(
  shapes: Shapes,
  { heads, keyValueHeads, dModel, dHead, dMlp, block }: Architecture,
  layer: number,
): void {
  const { attentionNorm, qkv, output, mlpNorm, mlp } = block(layer);
  addNorm(shapes, attentionNorm, dModel);
  addNorm(shapes, mlpNorm, dModel);
  if ('fused' in qkv) addLinear(shapes, qkv.fused, dModel, (heads + 2 * keyValueHeads) * dHead);
  else {
    addLinear(shapes, qkv.q, dModel, heads * dHead);
    addLinear(shapes, qkv.k, dModel, keyValueHeads * dHead);
    addLinear(shapes, qkv.v, dModel, keyValueHeads * dHead);
  }
  addLinear(shapes, output, heads * dHead, dModel);
  addLinear(shapes, mlp.up, dModel, dMlp);
  if (mlp.gate) addLinear(shapes, mlp.gate, dModel, dMlp);
  addLinear(shapes, mlp.down, dMlp, dModel);
}

function addNorm(shapes: Shapes, norm: Norm, width: number): void {
  shapes.set(norm.weight, [width]);
  if (norm.bias) shapes.set(norm.bias, [width]);
}

function addLinear(shapes: Shapes, linear: Linear, from: number, to: number): void {
  shapes.set(linear.weight, linear.layout === 'in-out' ? [from, to] : [to, from]);
  if (linear.bias) shapes.set(linear.bias, [to]);
}
