import { CancellationScope, continueAsNew, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ControlActivities, Position, RunInput, Spent, Used } from '../activities.js';
import { computeQueue, CONTROL_QUEUE } from '../names.js';
import { computeActivities } from './compute-activities.js';
import { failureReport } from './failure-report.js';
import { slideOver } from './slide-over.js';

const { failRun, cancelRun } = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '1 minute',
  // Without end: a run whose end is not recorded would seem to run for ever.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** A run from its first round of units to its result or its recorded failure. Workflow id = run id. */
export async function runExperiment(input: RunInput): Promise<void> {
  const { runId } = input;
  let end: Position;
  try {
    end = await runRounds(input);
  } catch (error) {
    await CancellationScope.nonCancellable(() =>
      isCancellation(error) ? cancelRun({ runId }) : failRun({ runId, error: failureReport(error) }),
    );
    throw error;
  }
  if (end.units > 0) await continueAsNew<typeof runExperiment>({ ...input, resume: end });
}

/** @returns where it stopped: no units where the run is done, else what the next execution goes on with */
async function runRounds({ runId, device, inFlight = 2, resume }: RunInput): Promise<Position> {
  const { startRun, runUnit, foldRound, finishRun } = computeActivities(computeQueue(device));
  const tooLong = (): boolean => workflowInfo().continueAsNewSuggested;

  let at = resume ?? begin(await startRun({ runId }));
  while (at.units > 0) {
    const { round, units } = at;
    let { spent } = at;
    const work = async (unit: number): Promise<void> => {
      const used = await runUnit({ runId, round, unit });
      spent = compute(spent, used);
    };
    const unit = await slideOver([at.unit, units], inFlight, work, tooLong);
    if (unit < units) return { round, unit, units, spent };
    const folded = await foldRound({ runId, round });
    at = { round: round + 1, unit: 0, units: folded.units, spent: compute(spent, folded) };
  }
  await finishRun({ runId, round: at.round, spent: at.spent });
  return at;
}

const begin = (started: Used & { units: number }): Position => ({
  round: 0,
  unit: 0,
  units: started.units,
  spent: { loadSeconds: started.seconds, computeSeconds: 0, peakBytes: started.peakBytes },
});

const compute = (spent: Spent, used: Used): Spent => ({
  loadSeconds: spent.loadSeconds,
  computeSeconds: spent.computeSeconds + used.seconds,
  peakBytes: Math.max(spent.peakBytes, used.peakBytes),
  ...(used.halvings || spent.halvings ? { halvings: (spent.halvings ?? 0) + (used.halvings ?? 0) } : {}),
});
