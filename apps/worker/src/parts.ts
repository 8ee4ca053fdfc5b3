import type { Store } from '@patchbay/store';
import type { ComputePool } from './compute-pool.js';
import type { ProgressBoard } from './progress-board.js';
import type { WorkerMetrics } from './worker-metrics.js';

/** What activities work with. */
export interface WorkerParts {
  store: Store;
  pool: ComputePool;
  board: ProgressBoard;
  metrics: WorkerMetrics;
}
