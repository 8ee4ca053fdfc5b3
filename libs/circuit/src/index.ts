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
