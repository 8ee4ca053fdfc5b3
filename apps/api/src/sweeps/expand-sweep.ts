import {
  distinctRequests,
  expandPoints,
  invalidInput,
  PatchbayError,
  type RunRequest,
  type SweepPoints,
} from '@patchbay/contracts';
import { Random } from '@patchbay/tasks';
import type { ApiParts } from '../parts.js';
import { findParts, parseParams } from '../runs/submit-run.js';

export interface ExpandedSweep {
  /** checked, with the methods' defaults filled in */
  runs: RunRequest[];
  /** points left out because another asks for the same */
  duplicates: number;
}

/**
 * The runs that a sweep's points stand for.
 * @throws PatchbayError `invalid-input` for too many points, or naming the first that could not be submitted as a run
 */
export async function expandSweep(
  points: SweepPoints,
  { name, tags }: Pick<RunRequest, 'name' | 'tags'>,
  { store, catalogue }: Pick<ApiParts, 'store' | 'catalogue'>,
): Promise<ExpandedSweep> {
  const all = expandPoints(points, uniform).map((request, index) => {
    const params = namingPoint(index, () => parseParams(request, catalogue));
    return { ...request, params, name, tags };
  });
  const runs = distinctRequests(all);
  // What a run names is looked up once, however many points name it.
  const named = new Map(runs.map((run) => [JSON.stringify([run.model, run.task, run.method, run.circuit]), run]));
  for (const run of named.values()) await findParts(run, { store, catalogue });
  return { runs, duplicates: all.length - runs.length };
}

function uniform(seed: number): () => number {
  const random = new Random(seed);
  return () => random.next() / 2 ** 32;
}

function namingPoint<T>(index: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof PatchbayError && error.kind === 'invalid-input')) throw error;
    throw invalidInput(`Point ${index} is no run: ${error.message}`, error.action, { cause: error });
  }
}
