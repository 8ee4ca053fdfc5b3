import type { TokenizerFiles } from './tokenizers/tokenizer-files.js';

/** Where one tensor's float32 values lie: a byte range of a file that the runtime reads in place. */
export interface TensorLocation {
  /** absolute, symlinks resolved: ONNX Runtime refuses external data that leaves its folder */
  path: string;
  offset: number;
  bytes: number;
  shape: readonly number[];
}

/**
 * y = x W (+ b). Hugging Face's Linear stores W as [out, in], GPT-2's Conv1D as [in, out]; Tracr's files keep one matrix
 * a head: [heads, in, out / heads] where the heads are what comes out (q, k, v), [heads, in / heads, out] where they go in.
 */
export interface Linear {
  weight: string;
  /** [out]; [heads, out / heads] under `out-by-head` */
  bias?: string;
  layout: 'out-in' | 'in-out' | 'out-by-head' | 'in-by-head';
}

/** Scale (and shift) after a vector is brought to unit size, by the architecture's `norm`. */
export interface Norm {
  weight: string;
  /** absent under RMSNorm */
  bias?: string;
}

/** What one block reads: its tensors' names, and whatever differs between the blocks of a model. */
export interface BlockWeights {
  /** of the residual stream before q, k and v; absent: they read the stream itself */
  attentionNorm?: Norm;
  /** separate projections, or one matrix whose columns are q, k, v in this order, of all heads or (`byHead`) head by head */
  qkv: { q: Linear; k: Linear; v: Linear } | { fused: Linear; byHead?: true };
  /** of each head's q and k before they are turned: weights of d_head values that all heads share */
  queryNorm?: Norm;
  keyNorm?: Norm;
  output: Linear;
  /** of the attention's output, before it is added to the residual stream */
  attentionPostNorm?: Norm;
  /** of what the MLP reads; absent: the stream itself */
  mlpNorm?: Norm;
  /** `up` then activation then `down`; a gated MLP multiplies act(gate) by up. Absent: attention only */
  mlp?: { up: Linear; down: Linear; gate?: Linear };
  /** of the MLP's output, before it is added to the residual stream */
  mlpPostNorm?: Norm;
  /** sliding window: a query sees this many keys at most, its own among them; absent: all that `attention` allows */
  window?: number;
  /** rotary frequencies of this block where they are not the architecture's */
  inverseFrequencies?: readonly number[];
}

/** Shape and structure of a transformer, as a family declares it from the model's own configuration. */
export interface Architecture {
  family: string;
  layers: number;
  heads: number;
  keyValueHeads: number;
  dModel: number;
  /** need not be dModel / heads */
  dHead: number;
  /** width of the MLP's hidden layer; 0 where the blocks have no MLP */
  dMlp: number;
  /** tokens that can be read */
  vocabulary: number;
  context: number;
  /** of every norm that is there; `weightOffset` is added to the stored weight (Gemma's 1 + w) */
  norm: { kind: 'layer' | 'rms'; eps: number; weightOffset?: number };
  activation: 'gelu' | 'gelu-tanh' | 'relu' | 'silu';
  /**
   * learned: rows of a table added to the embedding; rotary: q and k turned, half-split pairs (Su et al. 2021). Fewer
   * frequencies than half of d_head: only the first values of each head are turned.
   */
  positions: { kind: 'learned'; table: string } | { kind: 'rotary'; inverseFrequencies: readonly number[] };
  /** which keys a query sees: its own and earlier ones (default), or all, with no mask at all */
  attention?: 'causal' | 'bidirectional';
  /** q·k is multiplied by it; default 1 / √d_head */
  attentionScale?: number;
  /** scores are bent to cap · tanh(score / cap) before the mask (Gemma 2) */
  attentionSoftCap?: number;
  /** what an MLP reads: the stream after its block's attention (default), or before it, side by side (GPT-NeoX) */
  mlpReads?: 'resid-mid' | 'resid-pre';
  embedding: string;
  /** token embeddings are multiplied by it (Gemma's √d_model) */
  embeddingScale?: number;
  /** absent: the unembedding reads the stream itself */
  finalNorm?: Norm;
  /** [vocabulary or outputs, dModel], turned under `in-out`; the embedding itself where tied */
  unembedding: string;
  unembeddingLayout?: 'out-in' | 'in-out';
  /** logits are bent to cap · tanh(logit / cap) (Gemma 2) */
  logitSoftCap?: number;
  /** what the model answers with where it is no next-token logit at the last position */
  outputs?: RawOutputs;
  block: (layer: number) => BlockWeights;
}

/** Outputs of a compiled program (Tracr), read at several positions. */
export interface RawOutputs {
  /** categorical: the answer is the label of the largest output; numerical: the one output is the answer */
  kind: 'categorical' | 'numerical';
  /** outputs of one position */
  size: number;
  /** of categorical outputs */
  labels: readonly string[];
  /** where the program gives an answer, in rising order: all of them count */
  positions: readonly number[];
}

/**
 * A model family: one file that recognises a configuration and declares the structure that goes with it.
 * Nothing else asks for a family's name.
 */
export interface Family {
  id: string;
  /** `architectures` of a Hugging Face config.json */
  architectures: readonly string[];
  /** whether a configuration that names no architecture is one of this family's */
  recognises?(config: Record<string, unknown>): boolean;
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
  /** the tokenizer, where the configuration itself lists the vocabulary and the folder has no tokenizer.json */
  tokenizer?(config: Record<string, unknown>): TokenizerFiles;
  /** @throws PatchbayError `invalid-input` naming the setting that this family's graph does not support */
  architecture(config: Record<string, unknown>, tensorNames: ReadonlySet<string>): Architecture;
}
