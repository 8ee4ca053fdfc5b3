import type { ComputeActivities, UnitInput } from '@patchbay/workflows';
import { log } from '../log.js';
import type { WorkerParts } from '../parts.js';
import { patiently } from '../patiently.js';
import { supervised } from '../supervised.js';
import { noteRetry } from './note-retry.js';
import { openSpec } from './open-spec.js';

/** Computes one unit, from its checkpoint if it has one, and stores its partial before it reports done. */
export const runUnit = ({ store, pool, board }: WorkerParts): ComputeActivities['runUnit'] =>
  supervised(async ({ runId, round, unit: index }: UnitInput, attempt) => {
    const { signal } = attempt;
    const stored = await patiently(() => store.units.unit(runId, round, index), signal);
    if (stored.done) return { seconds: 0, peakBytes: 0, halvings: 0 };
    const spec = await patiently(async () => {
      await noteRetry(store, runId, `Unit ${index + 1} of round ${round + 1}`, attempt);
      return openSpec(store, await store.runs.get(runId));
    }, signal);

    const progress = board.begin(runId, round, index);
    let halvings = 0;
    let writes = Promise.resolve();
    // What cannot be stored of a checkpoint costs time after a kill, and of a note news: nothing else.
    const inTurn = (what: string, write: () => Promise<void>): void => {
      writes = writes.then(write).catch((error: unknown) => {
        log('warn', `${what} of run ${runId} could not be stored.`, error);
      });
    };
    const onCheckpoint = (data: unknown): void => {
      inTurn('A checkpoint', () => store.units.storeCheckpoint(runId, round, index, data));
    };
    const onNote = (message: string): void => {
      halvings += 1;
      inTurn('A note', () => store.events.append(runId, { type: 'note', message }));
    };
    try {
      const { unit, checkpoint } = stored;
      const hooks = { signal, onProgress: progress.update, onCheckpoint, onNote };
      const { output, seconds, peakBytes } = await pool.compute('unit', { spec, unit, checkpoint }, hooks);
      await writes;
      await patiently(async () => {
        const isFirst = await store.units.storePartial(runId, round, index, output, attempt.number, seconds);
        const event = { type: 'unit', round, unit: index, attempt: attempt.number, seconds } as const;
        if (isFirst) await store.events.append(runId, event);
      }, signal);
      return { seconds, peakBytes, halvings };
    } finally {
      progress.end();
    }
  });
