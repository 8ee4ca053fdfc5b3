export { Graph } from './graph.js';
export type { Attribute, DType, Dim, ExternalData, Initializer, Node, Scope, Value } from './graph.js';
export * from './ops.js';
export { serialise } from './serialise.js';
