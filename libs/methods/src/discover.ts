import type { ArtifactFile, Estimate, Progress, Result } from '@patchbay/contracts';
import type { ExperimentSpec } from './experiment.js';
import { Experiments } from './experiments.js';

export interface DiscoverOptions {
  /** PATCHBAY_HOME: where converted weights are cached */
  home: string;
  /** bytes that this process may take; default four fifths of what is free */
  memoryBytes?: number;
  onProgress?: (progress: Progress) => void;
  /** told what the run is thought to take before it begins, where its method can say */
  onEstimate?: (estimate: Estimate) => void;
  /** told what people who look at the run should know */
  onNote?: (message: string) => void;
  /** keeps a file that the run leaves behind; without it such files are dropped */
  onArtifact?: (name: string, file: ArtifactFile) => Promise<void>;
}

/**
 * A whole run in this process, with no server or database: what a script or a notebook calls.
 *
 * @throws PatchbayError saying what is wrong with the request, or what failed
 */
export async function discover(spec: ExperimentSpec, options: DiscoverOptions): Promise<Result> {
  const { home, memoryBytes, onProgress, onEstimate, onNote, onArtifact } = options;
  const experiments = new Experiments({ home, memoryBytes });
  let halvings = 0;
  const onHalved = (message: string): void => {
    halvings += 1;
    onNote?.(message);
  };
  try {
    const { manifest, ...plan } = await experiments.start(spec);
    if (manifest.estimate) onEstimate?.(manifest.estimate);
    let { state, units } = plan;
    const load = await experiments.load(spec);
    const from = performance.now();
    for (let round = 0; units.length > 0; round++) {
      const partials: unknown[] = [];
      for (const [index, unit] of units.entries()) {
        const total = units.length;
        const onFraction = (fraction: number): void =>
          onProgress?.(progressOf(`round ${round + 1}`, index + fraction, total, from));
        partials.push(await experiments.unit(spec, unit, { ...NOTHING_KEPT, onProgress: onFraction, onHalved }));
      }
      ({ state, units } = await experiments.fold(spec, state, partials));
    }
    const compute = (performance.now() - from) / 1000;
    const result = await experiments.result(spec, state, manifest, { load, compute });
    if (onArtifact) {
      for (const [name, file] of Object.entries(await experiments.artifacts(spec, state))) await onArtifact(name, file);
    }
    return halvings > 0 ? { ...result, memory: { ...result.memory, halvings } } : result;
  } finally {
    await experiments.close();
  }
}

function progressOf(stage: string, done: number, total: number, from: number): Progress {
  const elapsed = (performance.now() - from) / 1000;
  return { stage, done, total, etaSeconds: done > 0 ? (elapsed * (total - done)) / done : null };
}

/** Nothing outlives this process, so checkpoints are not kept. */
const NOTHING_KEPT = { checkpoint: undefined, save: () => Promise.resolve() };
