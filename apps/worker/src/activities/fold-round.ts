import { PatchbayError } from '@patchbay/contracts';
import type { ComputeActivities, RoundInput } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { patiently } from '../patiently.js';
import { supervised } from '../supervised.js';
import { noteRetry } from './note-retry.js';
import { openSpec } from './open-spec.js';

/** Folds a round's partials into the state and stores it with the next round's units. */
export const foldRound = ({ store, pool }: WorkerParts): ComputeActivities['foldRound'] =>
  supervised(async ({ runId, round }: RoundInput, attempt) => {
    const { signal } = attempt;
    const next = await patiently(() => store.units.round(runId, round + 1), signal);
    if (next) return { units: next.units, seconds: 0, peakBytes: 0 };

    const input = await patiently(async () => {
      await noteRetry(store, runId, `The end of round ${round + 1}`, attempt);
      const spec = await openSpec(store, await store.runs.get(runId));
      const planned = await store.units.round(runId, round);
      if (!planned) throw new PatchbayError('conflict', `Round ${round} was never planned.`, 'Submit the run again.');
      return { spec, state: planned.state, partials: await store.units.partials(runId, round) };
    }, signal);
    const { output, seconds, peakBytes } = await pool.compute('fold', input, { signal });
    await patiently(() => store.units.planRound(runId, round + 1, output.units, output.state), signal);
    return { units: output.units.length, seconds, peakBytes };
  });
