import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ComputeActivities } from '../activities.js';
import { HEARTBEAT_TIMEOUT_SECONDS } from '../names.js';

/** What workers of this queue compute. */
export function computeActivities(taskQueue: string): ComputeActivities {
  return proxyActivities<ComputeActivities>({
    taskQueue,
    heartbeatTimeout: `${HEARTBEAT_TIMEOUT_SECONDS} seconds`,
    // A dead worker shows in its heartbeats; this bounds only a computation that hangs for ever.
    startToCloseTimeout: '24 hours',
    // The run counts as cancelled only when nothing computes for it any more.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // What is not worth a retry says so itself: see failures.ts.
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes', maximumAttempts: 10 },
  });
}
