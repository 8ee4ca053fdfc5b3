import { blockBytes } from '../memory/bytes.js';
import { type ChunkWork, type Cost, type Pass, costOf, flopsOf } from '../memory/cost.js';
import { blockFlops } from '../memory/flops.js';
import type { MethodContext } from '../method.js';
import { cutWork } from '../patching/cut-work.js';
import { batchesOf } from '../memory/batches.js';
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

/** What coding depends on of the parameters. */
type Coding = Pick<Params, 'metric' | 'differences'>;

/** Prompts that go through the model at once, or pairs of prompts where codes are of differences. */
export const mostAtOnce =
  ({ architecture, memory, params }: Pick<MethodContext<Coding>, 'architecture' | 'memory' | 'params'>) =>
  (length: number): number => {
    const rows = memory.rowsAtOnce(length, blockBytes(architecture, length, params.metric));
    return Math.max(1, Math.floor(rows / sidesAtOnce(params)));
  };

/** Prompts of a pair that go through the model together: a difference needs both. */
const sidesAtOnce = ({ differences }: Pick<Coding, 'differences'>): number => (differences === 'none' ? 1 : 2);

function codeUnits(trained: readonly Trained[], context: MethodContext<Params>): CodeUnit[] {
  const encoders = trained.map(({ autoencoder: { decoder: _, ...encoder } }) => encoder);
  const batches = codeBatches(context);
  const flops = batches.map((batch) => flopsOf(codePass(batch, context)));
  return cutWork(flops).map(({ first, end }) => ({ kind: 'code', batches: batches.slice(first, end), encoders }));
}

const codeBatches = (context: MethodContext<Params>): number[][] =>
  batchesOf([...context.pairs.keys()], (pair) => context.pairs[pair]?.clean.length ?? 0, mostAtOnce(context));

/** Every prompt of some pairs, once through the model. */
function codePass(batch: readonly number[], { pairs, architecture, params }: MethodContext<Params>): Pass {
  const length = pairs[batch[0] ?? 0]?.clean.length ?? 0;
  const sides = sidesAtOnce(params);
  return {
    ...{ rows: batch.length * sides, positions: length, layers: architecture.layers, whole: true },
    times: labelledPrompts(pairs, params).length / pairs.length / sides,
    flops: blockFlops(architecture, length),
    bytes: blockBytes(architecture, length, params.metric),
  };
}

/** Training in its dense form, an upper bound where few features are active, and coding all prompts. */
export function costOfHeadCodes(context: MethodContext<Params>): Cost {
  const { params, pairs } = context;
  const { layers, heads, dModel } = context.architecture;
  const nothing = { perToken: 0, perRow: 0 };
  const work = codeBatches(context).map((batch): ChunkWork => {
    const pass = codePass(batch, context);
    return { pairs: batch.length, length: pass.positions, kept: nothing, passes: [pass] };
  });
  const coding = costOf(context, work);
  const examples = params.differences === 'none' ? labelledPrompts(pairs, params).length : pairs.length;
  const vectors = layers * heads * Math.min(params.examples, examples);
  return {
    // encoder and decoder, forward and twice that on the way back
    flops: coding.flops + params.seeds * params.epochs * 6 * 2 * vectors * params.features * dModel,
    calls: coding.calls + params.seeds * params.epochs,
    bytes: coding.bytes + 4 * vectors * (3 * dModel + 4 * params.features),
  };
}
