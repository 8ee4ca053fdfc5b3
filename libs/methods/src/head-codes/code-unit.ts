import { type Pair } from '@patchbay/tasks';
import { type Floats, headOutputs, takeRows } from '@patchbay/transformer';
import { measure } from '../measure.js';
import type { UnitHooks, Workbench } from '../method.js';
import { type Labelled, labelledPrompts } from './classes.js';
import { addChanges, bothWays, noChanges } from './differences.js';
import type { Params } from './params.js';
import { Coder, type Encoder } from './sae/code.js';
import type { CodePart, CodeUnit } from './units.js';

/** Runs every prompt once and codes each layer's heads as they come, under the autoencoders of all seeds. */
export async function codeUnit(unit: CodeUnit, bench: Workbench<Params>, hooks: UnitHooks): Promise<CodePart[]> {
  const shape = { width: bench.architecture.dModel, features: bench.params.features };
  const coder = await Coder.open(shape, bench.transformer.options);
  const parts: CodePart[] = [];
  try {
    for (const [done, batch] of unit.batches.entries()) {
      parts.push(...(await bench.inHalves(batch, (pairs) => codePairs(pairs, unit.encoders, coder, bench))));
      hooks.onProgress((done + 1) / unit.batches.length);
    }
  } finally {
    await coder.release();
  }
  return parts;
}

/** The prompts of some equally long pairs. */
async function codePairs(
  indices: readonly number[],
  encoders: readonly Encoder[],
  coder: Coder,
  bench: Workbench<Params>,
): Promise<CodePart> {
  const { transformer, pairs, params } = bench;
  const labelled = labelledPrompts(pairs, params);
  const sides = sidesOf(indices, labelled, pairs);
  const part = emptyPart(sides.flat(), encoders.length, bench);
  let at = 0;
  let clean: Float32Array[] | undefined;
  // A difference needs both sides' outputs at once.
  for (const run of params.differences !== 'none' ? [sides] : sides.map((side) => [side])) {
    const tokens = run.flat().map((i) => labelled[i]?.tokens ?? []);
    const final = await codePrompts({ tokens, at, part, encoders, coder }, bench);
    for (const [place, side] of run.entries()) {
      const rows = side.map((_, i) => place * side.length + i);
      const theirs = side.map((i) => pairs[labelled[i]?.pair ?? 0] as Pair);
      const taken = takeRows(final, rows, 0, final.dims[1] ?? 0);
      const { values, logits } = await measure(transformer, taken, theirs, params.metric, clean);
      clean ??= logits;
      part.values.set(values, at);
      at += side.length;
    }
  }
  return part;
}

function emptyPart(prompts: number[], seeds: number, { params, architecture }: Workbench<Params>): CodePart {
  const { layers, heads, dModel } = architecture;
  const bySeed = Array.from({ length: seeds });
  const size = prompts.length * layers * heads;
  const differs = params.differences !== 'none';
  return {
    prompts,
    codes: bySeed.map(() => new Uint16Array(size)),
    silent: bySeed.map(() => new Uint8Array(size)),
    strengths: differs ? bySeed.map(() => new Float32Array(size)) : [],
    ...(differs && { changes: noChanges(layers * heads, dModel) }),
    values: new Float64Array(prompts.length),
  };
}

/** Indices of the labelled prompts of some pairs: those that are the pairs' clean prompts, then the others. */
function sidesOf(batch: readonly number[], labelled: readonly Labelled[], pairs: readonly Pair[]): number[][] {
  const wanted = new Map(batch.map((pair, place) => [pair, place]));
  const sides: [number[], number[]] = [[], []];
  labelled.forEach(({ pair, tokens }, i) => {
    const place = wanted.get(pair);
    if (place !== undefined) sides[tokens === pairs[pair]?.clean ? 0 : 1][place] = i;
  });
  return sides.filter((side) => side.length > 0);
}

interface Work {
  tokens: readonly (readonly number[])[];
  /** place of the first prompt in the part */
  at: number;
  part: CodePart;
  encoders: readonly Encoder[];
  coder: Coder;
}

async function codePrompts({ tokens, at, part, encoders, coder }: Work, bench: Workbench<Params>): Promise<Floats> {
  const { layers, heads, dModel } = bench.architecture;
  const { differences } = bench.params;
  const layerOf = async (layer: number, writes: Floats): Promise<void> => {
    const { data } = differences !== 'none' ? bothWays(writes) : writes;
    if (part.changes) addChanges(part.changes, layer * heads, { data, dims: writes.dims });
    const vectors = { data, dims: [tokens.length * heads, dModel] };
    for (const [seed, encoder] of encoders.entries()) {
      const { codes, silent, strengths } = await coder.code(vectors, encoder);
      for (let row = 0; row < tokens.length; row++) {
        const place = ((at + row) * layers + layer) * heads;
        part.codes[seed]?.set(codes.subarray(row * heads, (row + 1) * heads), place);
        part.silent[seed]?.set(silent.subarray(row * heads, (row + 1) * heads), place);
        part.strengths[seed]?.set(strengths.subarray(row * heads, (row + 1) * heads), place);
      }
    }
  };
  return headOutputs(bench.transformer, tokens, { layer: layerOf, positions: bench.params.positions });
}
