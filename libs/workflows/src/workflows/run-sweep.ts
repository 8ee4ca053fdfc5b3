import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  defineSignal,
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { SweepActivities, SweepInput } from '../activities.js';
import { CONTROL_QUEUE, SWEEP_CHANGED, SWEEP_PRIORITY } from '../names.js';
import { runExperiment } from './run-experiment.js';

/** Runs asked for at once: a few at a time, since what is not started yet may change. */
const PAGE = 50;
/** How soon a run whose workflow somebody else started is looked at again. */
const LOOK_AGAIN = '10 seconds';

type NextRun = Awaited<ReturnType<SweepActivities['nextRuns']>>['runs'][number];

const { nextRuns } = proxyActivities<SweepActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '1 minute',
  // Without end: what the record holds is done once it is there again.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * Starts a sweep's runs one after another, so many at once as the sweep allows. It keeps no state of its own: the record
 * says what is left to start, and each change of it comes with a signal to ask again. It ends when there is nothing to
 * do, also while the sweep is paused; the next signal starts it anew. Workflow id = sweep id.
 */
export async function runSweep(input: SweepInput): Promise<void> {
  const { sweepId } = input;
  const underWay = new Set<string>();
  const children = new CancellationScope();
  let hasChanged = false;
  setHandler(defineSignal(SWEEP_CHANGED), () => {
    hasChanged = true;
  });
  const isOutdated = (): boolean => hasChanged;
  const start = (run: NextRun): void => {
    underWay.add(run.runId);
    void children
      .run(() => runPoint(sweepId, run))
      // Runs under way are known by their end alone: how it ended, each has written into its own row.
      .catch(() => undefined)
      .finally(() => underWay.delete(run.runId));
  };

  for (;;) {
    hasChanged = false;
    const next = await nextRuns({ sweepId, except: [...underWay], limit: PAGE });
    if (next.state === 'cancelled') children.cancel();
    for (const run of next.runs) {
      await condition(() => isOutdated() || underWay.size < next.inFlight);
      if (isOutdated() || isLong()) break;
      start(run);
    }
    // After the last page, and before a new execution, whose children it would not know, the window runs empty.
    if (next.runs.length < PAGE || isLong()) await condition(() => isOutdated() || underWay.size === 0);
    if (underWay.size > 0 || isOutdated()) continue;
    if (next.runs.length === 0) return;
    if (isLong()) await continueAsNew<typeof runSweep>(input);
  }
}

const isLong = (): boolean => workflowInfo().continueAsNewSuggested;

/** @throws when the run failed or was cancelled */
async function runPoint(sweepId: string, run: NextRun): Promise<void> {
  try {
    await executeChild(runExperiment, {
      workflowId: run.runId,
      args: [run],
      taskQueue: CONTROL_QUEUE,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // Whatever becomes of this workflow, a run ends by itself and writes how.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      priority: { priorityKey: SWEEP_PRIORITY, fairnessKey: sweepId },
    });
  } catch (error) {
    // Started by an execution of this sweep that was ended from outside: it is under way, or the record knows its end.
    if (error instanceof WorkflowExecutionAlreadyStartedError) await sleep(LOOK_AGAIN);
    throw error;
  }
}
