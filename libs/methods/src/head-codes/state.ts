import { type Changes, joinChanges, noChanges } from './differences.js';
import type { MethodContext } from '../method.js';
import { labelledPrompts } from './classes.js';
import type { Params } from './params.js';
import type { Trained } from './sae/train.js';
import type { Codes } from './scores/codes.js';
import type { CodePart, Description, Partial } from './units.js';

/** What is known after each round: autoencoders, then codes, then words. */
export interface State {
  /** by seed */
  trained?: Trained[];
  coded?: Coded;
  descriptions?: Description[];
}

export interface Coded {
  /** by seed, [labelled prompts, heads] */
  codes: Uint16Array[];
  silent: Uint8Array[];
  /** by seed, [labelled prompts, heads], where codes are of differences; else none */
  strengths: Float32Array[];
  /** where codes are of differences */
  changes?: Changes;
  /** metric by labelled prompt */
  values: Float64Array;
}

export function foldPartials(state: State, partials: readonly Partial[], context: MethodContext<Params>): State {
  const [first] = partials;
  switch (first?.kind) {
    case 'train':
      return { trained: partials.flatMap((partial) => (partial.kind === 'train' ? [partial.trained] : [])) };
    case 'code':
      return {
        ...state,
        coded: gather(
          partials.flatMap((p) => (p.kind === 'code' ? p.parts : [])),
          context,
        ),
      };
    case 'describe':
      return { ...state, descriptions: first.descriptions };
    case undefined:
      return state;
  }
}

/** Puts the prompts of all units in their order. */
function gather(parts: readonly CodePart[], { pairs, architecture, params }: MethodContext<Params>): Coded {
  const prompts = labelledPrompts(pairs, params).length;
  const heads = architecture.layers * architecture.heads;
  const bySeed = Array.from({ length: params.seeds });
  const coded: Coded = {
    codes: bySeed.map(() => new Uint16Array(prompts * heads)),
    silent: bySeed.map(() => new Uint8Array(prompts * heads)),
    strengths: params.differences !== 'none' ? bySeed.map(() => new Float32Array(prompts * heads)) : [],
    values: new Float64Array(prompts),
  };
  if (params.differences !== 'none') coded.changes = noChanges(heads, architecture.dModel);
  for (const part of parts) {
    if (coded.changes && part.changes) joinChanges(coded.changes, part.changes);
    part.prompts.forEach((prompt, row) => {
      coded.values[prompt] = part.values[row] ?? NaN;
      const range = [row * heads, (row + 1) * heads] as const;
      coded.codes.forEach((codes, seed) => codes.set(part.codes[seed]?.subarray(...range) ?? [], prompt * heads));
      coded.silent.forEach((silent, seed) => silent.set(part.silent[seed]?.subarray(...range) ?? [], prompt * heads));
      coded.strengths.forEach((of, seed) => of.set(part.strengths[seed]?.subarray(...range) ?? [], prompt * heads));
    });
  }
  return coded;
}

/** The codes of one seed with the prompts' classes. */
export function codesOf(coded: Coded, seed: number, { pairs, params, architecture }: MethodContext<Params>): Codes {
  const positive = Uint8Array.from(labelledPrompts(pairs, params), (prompt) => (prompt.positive ? 1 : 0));
  return { heads: architecture.layers * architecture.heads, codes: coded.codes[seed] ?? new Uint16Array(0), positive };
}
