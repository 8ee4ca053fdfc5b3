export type * from './architecture.js';
export type * from './model-files.js';
export { openModel } from './sources/open-model.js';
export { builtinModels, localModels } from './sources/locate-model.js';
export { checkModel } from './reference/check-model.js';
export { checkModelApart } from './reference/check-model-apart.js';
export { storedCheck } from './reference/stored-check.js';
export { describeModel } from './sources/describe-model.js';
export { type CachedRun, cacheRun, type Kept, keptAt, pastOf, type Site } from './engine/cached-run.js';
export { changesNothing } from './engine/check-interventions.js';
export { type Patch, type PatchedSite, runPatched } from './engine/patched-run.js';
export { type EdgeMasks, type MaskedRun, runMasked } from './engine/masked-run.js';
export { type Donor, donorFromRun, type DonorRow, sourceChanges } from './engine/source-changes.js';
export {
  edgeGradients,
  type EdgeScores,
  type Trace,
  traceOf,
  traceRun,
  type TraceStart,
} from './engine/edge-gradients.js';
export { hasPositionSource, SourceOrder } from './engine/sources.js';
export { type HeadOutputs, headOutputs } from './engine/head-outputs.js';
export { firstReadOf, readPositions } from './engine/positions.js';
export { atRead, rowOf, takePositions, takeRows } from './engine/rows.js';
export { type BlockInput, type BlockOutput, type Floats, Transformer, wholly } from './engine/transformer.js';
export { decodeSafetensors, encodeSafetensors, type TensorValues } from './formats/safetensors-bytes.js';
export {
  type Placement,
  type Speed,
  collectGarbage,
  isOutOfMemory,
  measureSpeed,
  probeDevice,
  recordPlacements,
  runtimeVersion,
} from '@patchbay/runtime';
export { fetchSmollm2 } from './sources/fetch-smollm2.js';
