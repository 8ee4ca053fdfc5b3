/** Where one tensor's float32 values lie: a byte range of a file that the runtime reads in place. */
export interface TensorLocation {
  /** absolute, symlinks resolved: ONNX Runtime refuses external data that leaves its folder */
  path: string;
  offset: number;
  bytes: number;
  shape: readonly number[];
}

/** y = x W (+ b). Hugging Face's Linear stores W as [out, in], GPT-2's Conv1D as [in, out]. */
export interface Linear {
  weight: string;
  bias?: string;
  layout: 'out-in' | 'in-out';
}

export interface Norm {
  weight: string;
  /** absent under RMSNorm */
  bias?: string;
}

/** Tensor names of one block; the structure that the block builder turns into a graph. */
export interface BlockWeights {
  attentionNorm: Norm;
  /** separate projections, or one matrix whose columns are q, k, v in this order */
  qkv: { q: Linear; k: Linear; v: Linear } | { fused: Linear };
  output: Linear;
  mlpNorm: Norm;
  /** `up` then activation then `down`; a gated MLP multiplies act(gate) by up */
  mlp: { up: Linear; down: Linear; gate?: Linear };
}

/** Shape and structure of a decoder, as a family declares it from the model's own configuration. */
export interface Architecture {
  family: string;
  layers: number;
  heads: number;
  keyValueHeads: number;
  dModel: number;
  dHead: number;
  /** width of the MLP's hidden layer */
  dMlp: number;
  vocabulary: number;
  context: number;
  norm: { kind: 'layer' | 'rms'; eps: number };
  activation: 'gelu' | 'gelu-tanh' | 'relu' | 'silu';
  /** learned: rows of a table added to the embedding; rotary: q and k turned, half-split pairs (Su et al. 2021) */
  positions: { kind: 'learned'; table: string } | { kind: 'rotary'; inverseFrequencies: readonly number[] };
  embedding: string;
  finalNorm: Norm;
  /** [vocabulary, dModel]; the embedding itself where tied */
  unembedding: string;
  block: (layer: number) => BlockWeights;
}

/**
 * A model family: one file that recognises a configuration and declares the structure that goes with it.
 * Nothing else asks for a family's name.
 */
export interface Family {
  id: string;
  /** `architectures` of a Hugging Face config.json */
  architectures: readonly string[];
  /** tensors that a checkpoint may carry and the graph does not read, such as mask buffers */
  ignores: RegExp;
  /** `general.architecture` of a GGUF file, if the family has one */
  gguf?: {
    architecture: string;
    /**
     * GGUF metadata as the config.json that says the same.
     * @param settings values of the file's tensors that are no weights (`tensorName` null), under their GGUF names
     * @throws PatchbayError `invalid-input` naming a setting that config.json could not say
     */
    config(
      metadata: ReadonlyMap<string, unknown>,
      settings: ReadonlyMap<string, readonly number[]>,
    ): Record<string, unknown>;
    /** GGUF tensor name → Hugging Face tensor name; null for a tensor that is not a weight (rope_freqs) */
    tensorName(name: string): string | null;
    /**
     * Rows of q and k are stored permuted in GGUF files of the Llama architecture: heads to put back, or null.
     * @param tensor its Hugging Face name
     */
    permutedHeads?(tensor: string, config: Record<string, unknown>): number | null;
  };
  /** @throws PatchbayError `invalid-input` naming the setting that this family's graph does not support */
  architecture(config: Record<string, unknown>, tensorNames: ReadonlySet<string>): Architecture;
}
