import { invalidInput } from '@patchbay/contracts';
import { metricById } from '@patchbay/tasks';
import type { Method, MethodContext, MethodResult } from '../method.js';
import { type Params, paramsSchema } from './params.js';
import { type Unit, planUnits } from './plan-units.js';
import { type Partial, runUnit } from './run-unit.js';

/** By pair of the task; NaN where a pair lacks a site (shorter prompt) or is not measured yet. */
interface State {
  done: boolean;
  clean: Float64Array;
  corrupted: Float64Array;
  effects: Record<string, Float64Array>;
}

/**
 * Activation patching: the causal effect of one activation on a metric (Vig et al. 2020; Meng et al. 2022, §2.1;
 * best practices of Zhang & Nanda 2024). One round; every unit is some pairs × some layers.
 */
export const activationPatching: Method<Params, State, Unit, Partial> = {
  id: 'activation-patching',
  title: 'Activation patching',
  description:
    'Overwrites one activation with its value from another prompt and measures what that does to the answer.',
  citation: 'Zhang & Nanda 2024, Towards Best Practices of Activation Patching in Language Models, arXiv:2309.16042',
  version: 1,
  needs: { model: true, task: true, corpus: false },
  params: paramsSchema,

  start({ architecture, pairs, params }) {
    if (params.site === 'mlp-out' && architecture.dMlp === 0) {
      throw invalidInput('This model has no MLPs.', 'Choose another site: z, attn-out or resid-pre.');
    }
    const [clean, corrupted] = [unmeasured(pairs.length), unmeasured(pairs.length)];
    return { done: false, clean, corrupted, effects: {} };
  },
  next: (state, { architecture, pairs, params }) => (state.done ? [] : planUnits(architecture, pairs, params)),
  run: runUnit,
  fold,
  result,
};

const unmeasured = (n: number): Float64Array => new Float64Array(n).fill(NaN);

function fold(state: State, partials: readonly Partial[], { pairs }: MethodContext<Params>): State {
  const effects = Object.fromEntries(Object.entries(state.effects).map(([name, values]) => [name, values.slice()]));
  const next: State = { done: true, clean: state.clean.slice(), corrupted: state.corrupted.slice(), effects };
  for (const partial of partials) {
    scatter(next.clean, partial.pairs, partial.clean);
    scatter(next.corrupted, partial.pairs, partial.corrupted);
    for (const [name, values] of Object.entries(partial.effects)) {
      scatter((next.effects[name] ??= unmeasured(pairs.length)), partial.pairs, values);
    }
  }
  return next;
}

function scatter(into: Float64Array, indices: readonly number[], values: Float64Array): void {
  indices.forEach((index, i) => (into[index] = values[i] ?? NaN));
}

function result(state: State, { params }: MethodContext<Params>): MethodResult {
  const metric = metricById(params.metric);
  const raw = { clean: meanOf(state.clean), corrupted: meanOf(state.corrupted) };
  const { offset, scale } = metric.normalise?.(raw) ?? { offset: 0, scale: 1 };
  const scaled = Object.entries(state.effects).map(([name, values]) => [name, values.map((v) => v * scale)] as const);
  return {
    baseline: { clean: (raw.clean - offset) * scale, corrupted: (raw.corrupted - offset) * scale },
    nodes: Object.fromEntries(scaled.map(([name, values]) => [name, meanOf(values)])),
    edges: {},
    perExample: Object.fromEntries(scaled.map(([name, values]) => [name, [...values].map(orNull)])),
    tables: {},
    conventions: {
      effect: `${metric.id}(patched) − ${metric.id}(${params.direction === 'noising' ? 'clean' : 'corrupted'} run), mean over the pairs that have the site`,
      importance: metric.higherIsBetter === (params.direction === 'noising') ? '-effect' : 'effect',
      positions: params.positions === 'all' ? 'all positions at once' : 'one at a time, counted from the first token',
      donor: DONORS[params.donor],
    },
  };
}

const DONORS: Record<Params['donor'], string> = {
  resample: 'the same pair’s other prompt',
  mean: 'mean over the other side’s prompts of the same length, by position',
  zero: 'zero',
};

const orNull = (v: number): number | null => (Number.isNaN(v) ? null : v);

/** Mean over the pairs that have a value. */
function meanOf(values: Float64Array): number {
  const known = values.filter((v) => !Number.isNaN(v));
  return known.reduce((a, b) => a + b, 0) / known.length;
}
