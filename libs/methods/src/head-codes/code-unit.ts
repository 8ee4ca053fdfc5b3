import { type Pair } from '@patchbay/tasks';
import { type Floats, headOutputs, takeRows } from '@patchbay/transformer';
import { measure } from '../measure.js';
import type { UnitHooks, Workbench } from '../method.js';
import { type Labelled, labelledPrompts } from './classes.js';
import { addChanges, bothWays, noChanges } from './differences.js';
import type { Params } from './params.js';
import { Coder, type Encoder } from './sae/code.js';
import type { CodePartial, CodeUnit } from './units.js';

/** Runs every prompt once and codes each layer's heads as they come, under the autoencoders of all seeds. */
export async function codeUnit(unit: CodeUnit, bench: Workbench<Params>, hooks: UnitHooks): Promise<CodePartial> {
  const { transformer, pairs, params } = bench;
  const labelled = labelledPrompts(pairs, params);
  const sides = unit.batches.map((batch) => sidesOf(batch, labelled, pairs));
  const prompts = sides.flat(2);
  const heads = transformer.architecture.layers * transformer.architecture.heads;
  const partial: CodePartial = {
    kind: 'code',
    prompts,
    codes: unit.encoders.map(() => new Uint16Array(prompts.length * heads)),
    silent: unit.encoders.map(() => new Uint8Array(prompts.length * heads)),
    strengths: params.differences !== 'none' ? unit.encoders.map(() => new Float32Array(prompts.length * heads)) : [],
    ...(params.differences !== 'none' && { changes: noChanges(heads, transformer.architecture.dModel) }),
    values: new Float64Array(prompts.length),
  };
  const coder = await Coder.open(
    { width: transformer.architecture.dModel, features: params.features },
    transformer.options,
  );
  try {
    let at = 0;
    for (const batch of sides) {
      let clean: Float32Array[] | undefined;
      // A difference needs both sides' outputs at once.
      for (const run of params.differences !== 'none' ? [batch] : batch.map((side) => [side])) {
        const tokens = run.flat().map((i) => labelled[i]?.tokens ?? []);
        const final = await codePrompts({ tokens, at, partial, encoders: unit.encoders, coder }, bench);
        for (const [place, side] of run.entries()) {
          const theirs = side.map((i) => pairs[labelled[i]?.pair ?? 0] as Pair);
          const rows = takeRows(
            final,
            side.map((_, i) => place * side.length + i),
            0,
            final.dims[1] ?? 0,
          );
          const { values, logits } = await measure(transformer, rows, theirs, params.metric, clean);
          clean ??= logits;
          partial.values.set(values, at);
          at += side.length;
        }
        hooks.onProgress(at / prompts.length);
      }
    }
  } finally {
    await coder.release();
  }
  return partial;
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
  /** place of the first prompt in the partial */
  at: number;
  partial: CodePartial;
  encoders: readonly Encoder[];
  coder: Coder;
}

async function codePrompts({ tokens, at, partial, encoders, coder }: Work, bench: Workbench<Params>): Promise<Floats> {
  const { layers, heads, dModel } = bench.architecture;
  const { differences } = bench.params;
  const layerOf = async (layer: number, writes: Floats): Promise<void> => {
    const { data } = differences !== 'none' ? bothWays(writes) : writes;
    if (partial.changes) addChanges(partial.changes, layer * heads, { data, dims: writes.dims });
    const vectors = { data, dims: [tokens.length * heads, dModel] };
    for (const [seed, encoder] of encoders.entries()) {
      const { codes, silent, strengths } = await coder.code(vectors, encoder);
      for (let row = 0; row < tokens.length; row++) {
        const place = ((at + row) * layers + layer) * heads;
        partial.codes[seed]?.set(codes.subarray(row * heads, (row + 1) * heads), place);
        partial.silent[seed]?.set(silent.subarray(row * heads, (row + 1) * heads), place);
        partial.strengths[seed]?.set(strengths.subarray(row * heads, (row + 1) * heads), place);
      }
    }
  };
  return headOutputs(bench.transformer, tokens, { layer: layerOf, positions: bench.params.positions });
}
