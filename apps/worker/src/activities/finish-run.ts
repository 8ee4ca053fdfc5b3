import { PatchbayError } from '@patchbay/contracts';
import type { ComputeActivities, RoundInput, Spent } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { patiently } from '../patiently.js';
import { supervised } from '../supervised.js';
import { noteRetry } from './note-retry.js';
import { openSpec } from './open-spec.js';

/** running → succeeded, with the result that the last round's state gives. */
export const finishRun = ({ store, pool, board }: WorkerParts): ComputeActivities['finishRun'] =>
  supervised(async ({ runId, round, spent }: RoundInput & { spent: Spent }, attempt) => {
    const { signal } = attempt;
    const run = await patiently(() => store.runs.get(runId), signal);
    if (run.status === 'succeeded') return;

    const input = await patiently(async () => {
      await noteRetry(store, runId, 'Writing the result', attempt);
      const spec = await openSpec(store, run);
      const [manifest, last] = await Promise.all([store.runs.manifest(runId), store.units.round(runId, round)]);
      if (!manifest || !last) throw new PatchbayError('conflict', 'The run was never planned.', 'Submit it again.');
      return { spec, manifest, state: last.state, seconds: { load: spent.loadSeconds, compute: spent.computeSeconds } };
    }, signal);
    await board.stage(runId, 'finishing');
    const { output: result, peakBytes } = await pool.compute('result', input, { signal });
    const files = await pool.compute('artifacts', { spec: input.spec, state: input.state }, { signal });
    // The units may have run in processes that are gone.
    const largest = Math.max(result.memory.peakBytes, peakBytes, spent.peakBytes);
    const memory = { peakBytes: largest, ...(spent.halvings && { halvings: spent.halvings }) };
    await patiently(() => store.runs.succeed(runId, { ...result, memory }, files.output), signal);
    board.forget(runId);
  });
