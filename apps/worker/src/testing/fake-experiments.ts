import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { invalidInput, type Manifest, type Result } from '@patchbay/contracts';
import type { ExperimentSpec, UnitHooks } from '@patchbay/methods';
import type { ExperimentRunner } from '../operations.js';

/** Parameters of a fake run. */
export interface FakeParams {
  /** units of each round */
  rounds: number[];
  /** a unit takes so many steps of so many milliseconds, with a checkpoint after each */
  steps: number;
  stepMs: number;
  /** file that each process appends to: a line for each step that it computes */
  log: string;
  /** first unit of the first round is refused */
  refuse?: boolean;
  /** the first unit of the first round halves a batch for want of memory, as it says */
  halve?: boolean;
}

interface State {
  round: number;
  sum: number;
}

/** A method in so many rounds whose result shows whether each unit was folded in once: the sum of all unit numbers. */
export class FakeExperiments implements ExperimentRunner {
  start = (spec: ExperimentSpec): ReturnType<ExperimentRunner['start']> => {
    const state: State = { round: 0, sum: 0 };
    return Promise.resolve({ manifest: fakeManifest(spec), state, units: unitsOf(spec, state) });
  };

  load = (): Promise<number> => Promise.resolve(0);

  unit = async (spec: ExperimentSpec, unit: unknown, hooks: UnitHooks): Promise<unknown> => {
    const { steps, stepMs, log, refuse, halve } = paramsOf(spec);
    if (refuse && unit === 1) throw invalidInput('There is no such site.', 'Name another.');
    if (halve && unit === 1) hooks.onHalved?.('Memory did not suffice.');
    const done = typeof hooks.checkpoint === 'number' ? hooks.checkpoint : 0;
    for (let step = done + 1; step <= steps; step++) {
      appendFileSync(log, `${process.pid} ${String(unit)} ${step}\n`);
      await sleep(stepMs);
      hooks.onProgress(step / steps);
      await hooks.save(step);
    }
    return Float64Array.of(Number(unit));
  };

  fold = (spec: ExperimentSpec, state: unknown, partials: unknown[]): ReturnType<ExperimentRunner['fold']> => {
    const before = state as State;
    const sum = partials.reduce<number>((total, partial) => total + ((partial as Float64Array)[0] ?? NaN), before.sum);
    const after: State = { round: before.round + 1, sum };
    return Promise.resolve({ state: after, units: unitsOf(spec, after) });
  };

  artifacts = (_spec: ExperimentSpec, state: unknown): ReturnType<ExperimentRunner['artifacts']> => {
    const bytes = new TextEncoder().encode(String((state as State).sum));
    return Promise.resolve({ 'sum.txt': { mediaType: 'text/plain', bytes } });
  };

  /** Prompts that say so find the model's files changed. */
  code = ({ model, prompts }: Parameters<ExperimentRunner['code']>[0]): ReturnType<ExperimentRunner['code']> => {
    const sha256 = prompts === 'changed' ? 'another' : '';
    return Promise.resolve({ model: { name: model, sha256 }, heads: [], prompts: [{ text: prompts, codes: [] }] });
  };

  result = (_spec: ExperimentSpec, state: unknown, manifest: Manifest, seconds: Result['seconds']): Promise<Result> =>
    Promise.resolve({
      manifest,
      baseline: { clean: 1, corrupted: 0 },
      nodes: { 'a0.h0': (state as State).sum },
      edges: {},
      perExample: {},
      tables: {},
      seconds,
      memory: { peakBytes: 0 },
    });
}

const paramsOf = (spec: ExperimentSpec): FakeParams => spec.request.params as unknown as FakeParams;

/** Units are numbered through all rounds, from 1. */
function unitsOf(spec: ExperimentSpec, { round }: State): number[] {
  const { rounds } = paramsOf(spec);
  const before = rounds.slice(0, round).reduce((sum, units) => sum + units, 0);
  return Array.from({ length: rounds[round] ?? 0 }, (_, index) => before + index + 1);
}

const fakeManifest = ({ request, modelSource }: ExperimentSpec): Manifest => ({
  patchbay: '0',
  request,
  method: { id: request.method, version: 1, params: request.params },
  model: { name: modelSource, family: 'fake', sha256: '', tokenizerSha256: '', revision: null },
  task: { name: request.task, sha256: '', pairs: 1 },
  engine: { onnxruntime: '0', device: request.device, dtype: 'float32' },
  machine: { platform: process.platform, arch: process.arch, cpus: 1, node: process.versions.node },
  conventions: {},
});
