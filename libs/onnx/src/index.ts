export { gradients } from './autodiff/gradients.js';
export { NoGradientError } from './autodiff/rule.js';
export { Graph } from './graph.js';
export type {
  Attribute,
  DType,
  Dim,
  ExternalData,
  Initializer,
  LoopStep,
  Node,
  Scope,
  TensorType,
  Value,
} from './graph.js';
export * from './ops/index.js';
export { serialise } from './serialise.js';
export { type AdamOptions, type AdamState, adam } from './training/adam.js';
