import {
  type ArtifactFile,
  type Device,
  type Estimate,
  type Manifest,
  type PromptCodes,
  type Result,
  invalidInput,
} from '@patchbay/contracts';
import { type ModelFiles, Transformer } from '@patchbay/transformer';
import { estimateOf } from './estimate.js';
import { type Experiment, type ExperimentSpec, prepareExperiment, specKey } from './experiment.js';
import { type CodePromptsRequest, codePrompts } from './head-codes/code-prompts.js';
import { inHalves } from './memory/in-halves.js';
import { CHUNKS_KEPT, freeMemoryBudget } from './memory/run-memory.js';
import type { UnitHooks, Workbench } from './method.js';
import { RecentlyUsed } from './recently-used.js';

/** A killed unit loses at most about so much of its work, beside the step under way. */
const SAVE_EVERY_MS = 2_000;
/** Experiments whose prompts and plans are kept; small. */
const PREPARED = 16;

/**
 * The operations of a compute process: plan, compute a unit, fold, report. Models stay warm between calls; every call
 * names its whole spec, so a fresh process continues where a killed one stopped.
 */
export class Experiments {
  readonly #home: string;
  readonly #budgetBytes: number;
  readonly #prepared = new RecentlyUsed<Promise<Experiment>>(PREPARED);
  readonly #memos = new RecentlyUsed<Promise<unknown>>(CHUNKS_KEPT);
  #warm: { key: string; transformer: Transformer } | undefined;

  /** @param options.memoryBytes that this process may take; default four fifths of what is free as it starts */
  constructor({ home, memoryBytes = freeMemoryBudget() }: { home: string; memoryBytes?: number }) {
    this.#home = home;
    this.#budgetBytes = memoryBytes;
  }

  /** What a run will take, before any weight is loaded. @throws PatchbayError also where its method cannot say */
  async estimate(spec: ExperimentSpec): Promise<Estimate> {
    const experiment = await this.#prepare(spec);
    const { method, context } = experiment;
    method.start(context); // what it refuses is not worth an estimate
    const estimate = await foresee(experiment);
    if (estimate) return estimate;
    throw invalidInput(`What ${method.id} takes cannot be said beforehand.`, 'Start it; its result tells.');
  }

  async start(spec: ExperimentSpec): Promise<{ manifest: Manifest; state: unknown; units: unknown[] }> {
    const experiment = await this.#prepare(spec);
    const { method, context, manifest } = experiment;
    const state = method.start(context);
    const estimate = await foresee(experiment);
    if (estimate) context.memory.assertFits(estimate.peakBytes);
    return { manifest: { ...manifest, estimate }, state, units: method.next(state, context) };
  }

  async unit(spec: ExperimentSpec, unit: unknown, hooks: UnitHooks): Promise<unknown> {
    const experiment = await this.#prepare(spec);
    const save = atMostEvery(SAVE_EVERY_MS, (checkpoint) => hooks.save(checkpoint));
    return experiment.method.run(unit, await this.#bench(spec, experiment, hooks), { ...hooks, save });
  }

  async fold(spec: ExperimentSpec, state: unknown, partials: unknown[]): Promise<{ state: unknown; units: unknown[] }> {
    const { method, context } = await this.#prepare(spec);
    const folded = method.fold(state, partials, context);
    return { state: folded, units: method.next(folded, context) };
  }

  async result(spec: ExperimentSpec, state: unknown, manifest: Manifest, seconds: Result['seconds']): Promise<Result> {
    const { method, context } = await this.#prepare(spec);
    const { conventions, ...scores } = method.result(state, context);
    // maxRSS is in KiB on every platform that libuv serves
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    return { manifest: { ...manifest, conventions }, ...scores, seconds, memory: { peakBytes } };
  }

  /** The files that a finished run leaves behind, by name. */
  async artifacts(spec: ExperimentSpec, state: unknown): Promise<Record<string, ArtifactFile>> {
    const { method, context } = await this.#prepare(spec);
    return method.artifacts?.(state, context) ?? {};
  }

  /** Loads the model ahead of the first unit, so that its time can be told apart. @returns seconds */
  async load(spec: ExperimentSpec): Promise<number> {
    const from = performance.now();
    const { files } = await this.#prepare(spec);
    await this.#transformer(files, spec.request.device);
    return (performance.now() - from) / 1000;
  }

  /** Codes prompts with an autoencoder that a run left behind. @throws PatchbayError naming what is wrong with them */
  code(request: CodePromptsRequest): Promise<PromptCodes> {
    const load = (files: ModelFiles, device: Device): Promise<Transformer> => this.#transformer(files, device);
    return codePrompts(request, { home: this.#home, budgetBytes: this.#budgetBytes, load });
  }

  async close(): Promise<void> {
    this.#memos.clear();
    await this.#warm?.transformer.close();
    this.#warm = undefined;
  }

  #prepare(spec: ExperimentSpec): Promise<Experiment> {
    return this.#prepared.get(specKey(spec), () => prepareExperiment(spec, this.#home, this.#budgetBytes));
  }

  async #bench(spec: ExperimentSpec, experiment: Experiment, hooks: UnitHooks): Promise<Workbench<unknown>> {
    const key = specKey(spec);
    const onHalved = (message: string): void => {
      experiment.context.memory.halve();
      this.#memos.clear();
      hooks.onHalved?.(message);
    };
    return {
      ...experiment.context,
      transformer: await this.#transformer(experiment.files, spec.request.device),
      memo: <T>(name: string, make: () => Promise<T>) => this.#memos.get(`${key} ${name}`, make) as Promise<T>,
      inHalves: (entries, work) => inHalves(entries, work, onHalved),
    };
  }

  /** One model is warm at a time: a second one beside it could take twice the memory that was foreseen. */
  async #transformer(files: ModelFiles, device: Device): Promise<Transformer> {
    const key = `${files.sha256} ${device}`;
    if (this.#warm?.key !== key) {
      await this.close();
      this.#warm = { key, transformer: await Transformer.load(files, device) };
    }
    return this.#warm.transformer;
  }
}

function atMostEvery(milliseconds: number, save: UnitHooks['save']): UnitHooks['save'] {
  let saved = performance.now();
  return async (checkpoint) => {
    if (performance.now() - saved < milliseconds) return;
    await save(checkpoint);
    saved = performance.now();
  };
}

async function foresee({ method, context, manifest }: Experiment): Promise<Estimate | undefined> {
  const cost = method.cost?.(context);
  return cost && estimateOf(cost, context.memory, manifest.request.device);
}
