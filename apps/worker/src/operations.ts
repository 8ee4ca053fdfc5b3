import type { ArtifactFile, Device, Manifest, PromptCodes, Result } from '@patchbay/contracts';
import type { CodePromptsRequest, Experiments, ExperimentSpec, UnitHooks } from '@patchbay/methods';
import { type ComputeHandler, probeDevice } from '@patchbay/runtime';

/** What a worker asks of its compute child, and what comes back. */
export interface Operations {
  /** Starts the device, so that a worker does not offer what it lacks. */
  probe: { input: { device: Device }; output: null };
  start: { input: { spec: ExperimentSpec }; output: { manifest: Manifest; state: unknown; units: unknown[] } };
  /** Loads the model ahead of the first unit. */
  load: { input: { spec: ExperimentSpec }; output: number };
  unit: { input: { spec: ExperimentSpec; unit: unknown; checkpoint: unknown }; output: unknown };
  fold: {
    input: { spec: ExperimentSpec; state: unknown; partials: unknown[] };
    output: { state: unknown; units: unknown[] };
  };
  artifacts: { input: { spec: ExperimentSpec; state: unknown }; output: Record<string, ArtifactFile> };
  result: {
    input: { spec: ExperimentSpec; state: unknown; manifest: Manifest; seconds: Result['seconds'] };
    output: Result;
  };
  code: { input: CodePromptsRequest; output: PromptCodes };
}

export type Operation = keyof Operations;

/** What the compute child runs: the experiments of @patchbay/methods. */
export type ExperimentRunner = Pick<Experiments, Exclude<Operation, 'probe'>>;

/** The compute child's handler table. */
export function experimentHandlers(experiments: ExperimentRunner): Record<Operation, ComputeHandler> {
  const typed: { [Name in Operation]: (input: Operations[Name]['input'], hooks: UnitHooksSource) => Promise<unknown> } =
    {
      probe: ({ device }) => probeDevice(device).then(() => null),
      start: ({ spec }) => experiments.start(spec),
      load: ({ spec }) => experiments.load(spec),
      unit: ({ spec, unit, checkpoint }, hooks) => experiments.unit(spec, unit, unitHooks(hooks, checkpoint)),
      fold: ({ spec, state, partials }) => experiments.fold(spec, state, partials),
      artifacts: ({ spec, state }) => experiments.artifacts(spec, state),
      result: ({ spec, state, manifest, seconds }) => experiments.result(spec, state, manifest, seconds),
      code: (request) => experiments.code(request),
    };
  // Both ends of the channel are this package, so what arrives has the shape that was sent.
  return typed as Record<Operation, ComputeHandler>;
}

type UnitHooksSource = Parameters<ComputeHandler>[1];

const unitHooks = (hooks: UnitHooksSource, checkpoint: unknown): UnitHooks => ({
  checkpoint,
  onProgress: (fraction) => {
    hooks.onProgress(fraction);
  },
  save: (data) => hooks.saveCheckpoint(data),
  onHalved: (message) => {
    hooks.note(message);
  },
});
