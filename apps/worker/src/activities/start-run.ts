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

/** queued → running: the manifest and round 0 are stored, then the model is loaded for the units to come. */
export const startRun = ({ store, pool, board }: WorkerParts): ComputeActivities['startRun'] =>
  supervised(async ({ runId }, attempt) => {
    const { signal } = attempt;
    const { spec, planned } = await patiently(async () => {
      await noteRetry(store, runId, 'The start', attempt);
      const spec = await openSpec(store, await store.runs.get(runId));
      return { spec, planned: await store.units.round(runId, 0) };
    }, signal);
    if (planned) return { units: planned.units, seconds: 0, peakBytes: 0 };

    const started = await pool.compute('start', { spec }, { signal });
    const { manifest, state, units } = started.output;
    await patiently(async () => {
      await store.runs.begin(runId, manifest);
      await store.units.planRound(runId, 0, units, state);
      await noteEstimate(store, runId, manifest);
    }, signal);
    await board.stage(runId, 'loading the model');
    const loaded = await pool.compute('load', { spec }, { signal });
    return { units: units.length, seconds: started.seconds + loaded.seconds, peakBytes: loaded.peakBytes };
  });
