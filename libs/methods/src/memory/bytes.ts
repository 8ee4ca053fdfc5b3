import { metricById } from '@patchbay/tasks';
import { type Architecture, SourceOrder } from '@patchbay/transformer';

/** Memory of one row of a batch: of each of its tokens, and of the row besides. */
export interface RowBytes {
  perToken: number;
  perRow: number;
}

const FLOAT32 = 4;

/** Logits of one row, the metric's own numbers beside them: large where the metric reads the whole vocabulary. */
const outputBytes = ({ vocabulary, outputs }: Architecture, metric: string): number => {
  if (metricById(metric).reads === 'answers') return 64 * FLOAT32;
  return FLOAT32 * 4 * (outputs ? outputs.size * outputs.positions.length : vocabulary);
};

/** Kept of one run: residPre, z, keys, values and one more site of every layer. */
export const keptBytes = ({ layers, dModel, heads, keyValueHeads, dHead }: Architecture): RowBytes => ({
  perToken: FLOAT32 * layers * (2 * dModel + (heads + 2 * keyValueHeads) * dHead),
  perRow: 0,
});

/** Kept of a pair: both runs, and the outputs of both. */
export const runBytes = (architecture: Architecture, metric: string): RowBytes => ({
  perToken: 2 * keptBytes(architecture).perToken,
  perRow: 2 * outputBytes(architecture, metric),
});

/** Kept of a pair by methods over edges: both runs, and what every source's output changes to. */
export function edgeRunBytes(architecture: Architecture, metric: string): RowBytes {
  const { perToken, perRow } = runBytes(architecture, metric);
  return { perToken: perToken + FLOAT32 * architecture.dModel * sourcesOf(architecture), perRow };
}

/** At work in a pass through a block: the stream and its copies, q, k, v, the MLP's hidden layer, attention's pattern. */
export function blockBytes(architecture: Architecture, length: number, metric: string): RowBytes {
  const { dModel, dMlp, heads, dHead } = architecture;
  return {
    perToken: FLOAT32 * (16 * dModel + 4 * heads * dHead + 5 * dMlp + 4 * heads * length),
    perRow: outputBytes(architecture, metric),
  };
}

/** At work where each head's q, k and v read inputs of their own: those, and the changes of so many sources. */
export function edgeBlockBytes(architecture: Architecture, length: number, metric: string, sources: number): RowBytes {
  const { dModel, heads } = architecture;
  const { perToken, perRow } = blockBytes(architecture, length, metric);
  return { perToken: perToken + FLOAT32 * dModel * (INPUT_COPIES * 3 * heads + sources), perRow };
}

/** Weights of the graphs that read by edges, packed once more beside the blocks' own: q, k, v and output of every head. */
export const edgeGraphBytes = ({ layers, dModel, heads, dHead }: Architecture): number =>
  FLOAT32 * layers * 4 * heads * dHead * dModel;

/** Weights of one block: the gradient graphs read them from the model's file, a layer at a time. */
export const blockWeightBytes = ({ dModel, dMlp, heads, keyValueHeads, dHead, block }: Architecture): number =>
  FLOAT32 * dModel * (2 * dHead * (heads + keyValueHeads) + dMlp * (block(0).mlp?.gate ? 3 : 2));

/** Copies of all heads' inputs at once: changed, added to the stream, normed, and as many that wait to be collected. */
const INPUT_COPIES = 6;

export const sourcesOf = (architecture: Architecture): number =>
  new SourceOrder(architecture).head(architecture.layers, 0);
