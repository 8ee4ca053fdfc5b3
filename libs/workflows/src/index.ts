export type { Client as TemporalClient } from '@temporalio/client';
export type {
  CodeInput,
  ComputeActivities,
  ControlActivities,
  Position,
  RoundInput,
  RunInput,
  Spent,
  SweepActivities,
  SweepInput,
  UnitInput,
  Used,
} from './activities.js';
export { workflowBundlePath } from './bundle-path.js';
export {
  cancelRun,
  codePrompts,
  ping,
  type QueueBacklog,
  queueBacklogs,
  servedDevices,
  startRun,
  wakeSweep,
} from './client.js';
export { connectTemporal, type TemporalEndpoint, temporalEndpoint, temporalError } from './connect-temporal.js';
export { toApplicationFailure } from './failures.js';
export { computeQueue, CONTROL_QUEUE, HEARTBEAT_TIMEOUT_SECONDS, RUN_WORKFLOW, workerIdentity } from './names.js';
