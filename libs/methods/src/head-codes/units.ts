import type { Changes } from './differences.js';
import type { Encoder } from './sae/code.js';
import type { Trained } from './sae/train.js';

/** Trains the autoencoder of one seed. */
export interface TrainUnit {
  kind: 'train';
  /** which of the run's seeds, from 0 */
  seed: number;
}

/** Codes prompts with the autoencoders of all seeds. */
export interface CodeUnit {
  kind: 'code';
  /** indices of pairs, equally long ones together: what goes through the model at once */
  batches: number[][];
  encoders: Encoder[];
}

/** Puts into words what stands out under the first seed. */
export interface DescribeUnit {
  kind: 'describe';
  findings: Finding[];
  /** what the finding's feature writes, in the same order [d_model] */
  directions: Float32Array[];
}

export type Unit = TrainUnit | CodeUnit | DescribeUnit;

/** A code that one head has on positive prompts only. */
export interface Finding {
  /** index of the head, layer by layer */
  head: number;
  feature: number;
  /** no feature is active on any of its prompts: the code is a mere 0 */
  silent: boolean;
  /** labelled prompts on which the head has the code: how many, and the first few */
  count: number;
  examples: number[];
}

/** A finding in words. */
export interface Description extends Finding {
  /** the prompts of `examples` */
  texts: string[];
  /** tokens that the feature raises most through the unembedding, most first */
  tokens: string[];
}

/** Codes of some prompts. */
export interface CodePart {
  /** indices of labelled prompts */
  prompts: number[];
  /** by seed, [prompts, heads] each: the codes, and 1 where no feature was active */
  codes: Uint16Array[];
  silent: Uint8Array[];
  /** by seed, [prompts, heads] each: ‖a‖₂; only where codes are of differences, else empty */
  strengths: Float32Array[];
  /** where codes are of differences */
  changes?: Changes;
  /** the metric of each prompt */
  values: Float64Array;
}

export type Partial =
  | { kind: 'train'; seed: number; trained: Trained }
  | { kind: 'code'; parts: CodePart[] }
  | { kind: 'describe'; descriptions: Description[] };
