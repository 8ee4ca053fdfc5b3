export { readCircuitFile } from './circuits/open-circuit.js';
export { edgeGraphOf } from './edges/edge-graph-of.js';
export { discover, type DiscoverOptions } from './discover.js';
export type { Experiment, ExperimentSpec } from './experiment.js';
export { Experiments } from './experiments.js';
export type { CodePromptsRequest } from './head-codes/code-prompts.js';
export { freeMemoryBudget } from './memory/run-memory.js';
export type { Method, MethodContext, MethodResult, UnitHooks, Workbench } from './method.js';
export { describeMethod, methodById, methods, parseParams } from './registry.js';
