import type { ComputeActivities, ControlActivities, SweepActivities } from '@patchbay/workflows';
import type { WorkerParts } from '../parts.js';
import { cancelRun } from './cancel-run.js';
import { codePrompts } from './code-prompts.js';
import { failRun } from './fail-run.js';
import { finishRun } from './finish-run.js';
import { foldRound } from './fold-round.js';
import { nextRuns } from './next-runs.js';
import { runUnit } from './run-unit.js';
import { startRun } from './start-run.js';

export const computeActivities = (parts: WorkerParts): ComputeActivities => ({
  startRun: startRun(parts),
  runUnit: runUnit(parts),
  foldRound: foldRound(parts),
  finishRun: finishRun(parts),
  codePrompts: codePrompts(parts),
});

export const controlActivities = (parts: WorkerParts): ControlActivities & SweepActivities => ({
  failRun: failRun(parts),
  cancelRun: cancelRun(parts),
  nextRuns: nextRuns(parts),
});
