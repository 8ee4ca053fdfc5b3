export {
  type Circuit,
  circuitBytes,
  countKept,
  edgesAmong,
  importanceByPair,
  keptEdges,
  keptNodes,
} from './circuit.js';
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
export { assertShape, sameShape } from './formats/circuit-flaws.js';
export { MAX_CIRCUIT_BYTES, tooLarge } from './formats/limits.js';
export { readCircuit } from './formats/read-circuit.js';
export { circuitOfResult, type Scored } from './formats/result-file.js';
export { CIRCUIT_FORMATS, type CircuitFormat, writeCircuit } from './formats/write-circuit.js';
export { selectCircuit } from './select-circuit.js';
export { greedyEdges, rankEdges, type Ranking, topEdges } from './select-edges.js';
export { pruneEdges } from './prune-edges.js';
export { referenceCircuits } from './references/index.js';
export { circuitOfReference } from './references/circuit-of-reference.js';
export type { ReferenceAblation, ReferenceCircuit } from './references/reference-circuit.js';
