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
