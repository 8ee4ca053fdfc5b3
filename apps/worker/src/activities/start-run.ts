import { estimateText, type Manifest } from '@patchbay/contracts';
import type { Store } from '@patchbay/store';
import type { ComputeActivities } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { patiently } from '../patiently.js';
import { supervised } from '../supervised.js';
import { noteRetry } from './note-retry.js';
import { openSpec } from './open-spec.js';

/** Tells in the run's history what it is thought to take. */
async function noteEstimate(store: Store, runId: string, { estimate }: Manifest): Promise<void> {
  if (!estimate) return;
  await store.events.append(runId, { type: 'note', message: `Estimated before it starts: ${estimateText(estimate)}` });
}

/**
 * queued → running: the manifest and round 0 are stored, then the model is loaded for the units to come. A point of a
 * sweep whose manifest some finished run has takes over that run's result, and has ended.
 */
export const startRun = ({ store, pool, board }: WorkerParts): ComputeActivities['startRun'] =>
  supervised(async ({ runId }, attempt) => {
    const { signal } = attempt;
    const nothingToDo = (units: number) => ({ units, seconds: 0, peakBytes: 0 });
    const run = await patiently(() => store.runs.get(runId), signal);
    // An earlier attempt took over a result and could not say so any more.
    if (run.status === 'succeeded') return nothingToDo(0);
    const { spec, planned } = await patiently(async () => {
      await noteRetry(store, runId, 'The start', attempt);
      return { spec: await openSpec(store, run), planned: await store.units.round(runId, 0) };
    }, signal);
    if (planned) return nothingToDo(planned.units);

    const started = await pool.compute('start', { spec }, { signal });
    const { manifest, state, units } = started.output;
    const isReused = await patiently(async () => {
      await store.runs.begin(runId, manifest);
      if ((await store.runs.reuse(runId)) !== undefined) return true;
      await store.units.planRound(runId, 0, units, state);
      await noteEstimate(store, runId, manifest);
      return false;
    }, signal);
    if (isReused) return nothingToDo(0);
    await board.stage(runId, 'loading the model');
    const loaded = await pool.compute('load', { spec }, { signal });
    return { units: units.length, seconds: started.seconds + loaded.seconds, peakBytes: loaded.peakBytes };
  });
