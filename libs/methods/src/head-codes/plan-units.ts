import type { MethodContext } from '../method.js';
import { blockFlopsPerToken, cutWork } from '../patching/cut-work.js';
import { batchesOf } from './batches.js';
import { labelledPrompts } from './classes.js';
import { findingsOf } from './findings.js';
import type { Params } from './params.js';
import type { Trained } from './sae/train.js';
import type { State } from './state.js';
import type { CodeUnit, TrainUnit, Unit } from './units.js';

/** Round by round: train an autoencoder for each seed, code all prompts with them, put what stands out into words. */
export function planUnits({ trained, coded, descriptions }: State, context: MethodContext<Params>): Unit[] {
  if (!trained) {
    return Array.from({ length: context.params.seeds }, (_, seed): TrainUnit => ({ kind: 'train', seed }));
  }
  if (!coded) return codeUnits(trained, context);
  if (descriptions) return [];
  const findings = findingsOf(coded, context);
  if (findings.length === 0) return [];
  const { width, decoder } = (trained[0] as Trained).autoencoder;
  const directions = findings.map(({ feature }) => decoder.slice(feature * width, (feature + 1) * width));
  return [{ kind: 'describe', findings, directions }];
}

function codeUnits(trained: readonly Trained[], { pairs, params, architecture }: MethodContext<Params>): CodeUnit[] {
  const encoders = trained.map(({ autoencoder: { decoder: _, ...encoder } }) => encoder);
  const coded = labelledPrompts(pairs, params);
  const lengths = pairs.map(({ clean }) => clean.length);
  const batches = batchesOf([...pairs.keys()], (pair) => lengths[pair] ?? 0);
  const promptsAPair = coded.length / pairs.length;
  const flops = batches.map(
    (batch) =>
      promptsAPair *
      batch.length *
      (lengths[batch[0] ?? 0] ?? 0) *
      architecture.layers *
      blockFlopsPerToken(architecture),
  );
  return cutWork(flops).map(({ first, end }) => ({ kind: 'code', batches: batches.slice(first, end), encoders }));
}
