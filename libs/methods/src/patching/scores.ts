import { metricById } from '@patchbay/tasks';
import { type Interventions, NO_INTERVENTIONS, addInterventions } from './interventions.js';

/** By pair of the task; NaN where a pair lacks a site (shorter prompt) or is not measured yet. */
export interface Scores {
  clean: Float64Array;
  corrupted: Float64Array;
  /** by name: metric(patched) − metric(base) */
  effects: Record<string, Float64Array>;
}

/** Scores of some pairs, by their place in `pairs`. */
export interface PartialScores extends Scores {
  pairs: readonly number[];
  interventions?: Interventions;
}

/** Scores of several sets of pairs as those of all of them; each set has the same names. */
export function joinPairs(parts: readonly PartialScores[]): PartialScores {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const join = (of: (part: PartialScores) => Float64Array | undefined): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...(of(part) ?? [])]));
  const names = Object.keys(first?.effects ?? {});
  return {
    pairs: parts.flatMap(({ pairs }) => pairs),
    clean: join(({ clean }) => clean),
    corrupted: join(({ corrupted }) => corrupted),
    interventions: parts.reduce((sum, { interventions }) => addInterventions(sum, interventions), NO_INTERVENTIONS),
    effects: Object.fromEntries(names.map((name) => [name, join(({ effects }) => effects[name])])),
  };
}

/** State of a method of one round. */
export interface OneRound extends Scores {
  done: boolean;
  interventions: Interventions;
}

const unmeasured = (n: number): Float64Array => new Float64Array(n).fill(NaN);

export const startRound = (pairs: number): OneRound => ({
  done: false,
  clean: unmeasured(pairs),
  corrupted: unmeasured(pairs),
  effects: {},
  interventions: NO_INTERVENTIONS,
});

export function foldRound(state: OneRound, partials: readonly PartialScores[]): OneRound {
  const effects = Object.fromEntries(Object.entries(state.effects).map(([name, values]) => [name, values.slice()]));
  const { clean, corrupted, interventions } = state;
  const next: OneRound = { done: true, clean: clean.slice(), corrupted: corrupted.slice(), effects, interventions };
  for (const partial of partials) {
    next.interventions = addInterventions(next.interventions, partial.interventions);
    scatter(next.clean, partial.pairs, partial.clean);
    scatter(next.corrupted, partial.pairs, partial.corrupted);
    for (const [name, values] of Object.entries(partial.effects)) {
      scatter((next.effects[name] ??= unmeasured(state.clean.length)), partial.pairs, values);
    }
  }
  return next;
}

function scatter(into: Float64Array, indices: readonly number[], values: Float64Array): void {
  indices.forEach((index, i) => (into[index] = values[i] ?? NaN));
}

/** Means over the pairs and single values, on the metric's own scale. */
export function reportScores(scores: Scores, metricId: string) {
  const raw = { clean: meanOf(scores.clean), corrupted: meanOf(scores.corrupted) };
  const { offset, scale } = metricById(metricId).normalise?.(raw) ?? { offset: 0, scale: 1 };
  const scaled = Object.entries(scores.effects).map(([name, values]) => [name, values.map((v) => v * scale)] as const);
  return {
    baseline: { clean: (raw.clean - offset) * scale, corrupted: (raw.corrupted - offset) * scale },
    effects: Object.fromEntries(scaled.map(([name, values]) => [name, meanOf(values)])),
    perExample: Object.fromEntries(scaled.map(([name, values]) => [name, [...values].map(orNull)])),
  };
}

/** How the effects turn into importance, in words for the manifest. */
export const importanceOf = (metricId: string, direction: 'noising' | 'denoising'): string =>
  metricById(metricId).higherIsBetter === (direction === 'noising') ? '-effect' : 'effect';

const orNull = (v: number): number | null => (Number.isNaN(v) ? null : v);

/** Mean over the pairs that have a value. */
function meanOf(values: Float64Array): number {
  const known = values.filter((v) => !Number.isNaN(v));
  return known.reduce((a, b) => a + b, 0) / known.length;
}
