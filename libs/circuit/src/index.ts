export {
  type Destination,
  destinationName,
  EdgeGraph,
  type EdgeGraphShape,
  type Letter,
  LETTERS,
  type Source,
  sourceName,
} from './edge-graph.js';
export {
  atPosition,
  attentionName,
  headName,
  mlpName,
  type NodeKind,
  type NodeName,
  parseNodeName,
  residualName,
} from './node-name.js';
export { pruneEdges } from './prune-edges.js';
export { referenceCircuits } from './references/index.js';
export type { ReferenceAblation, ReferenceCircuit } from './references/reference-circuit.js';
