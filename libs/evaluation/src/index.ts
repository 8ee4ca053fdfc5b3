export { chanceJaccard, jaccard, jaccardOfMasks } from './agreement/jaccard.js';
export { kendall, pearson, ranks, spearman } from './agreement/rank-correlation.js';
export { type CircuitComparison, compareCircuits, type SetDifference } from './compare/compare-circuits.js';
export { type Difference, diffValues } from './compare/diff-manifests.js';
export { compareFaithfulness, type FaithfulnessDifference } from './compare/faithfulness-difference.js';
export { resampledScores, type Stability, stabilityOf } from './compare/stability.js';
export { cmd, cpr, type Curve, faithfulness, logArea, trapezoid } from './curves/areas.js';
export { bootstrap, type BootstrapOptions, type Interval, meanAt, quantile } from './curves/bootstrap.js';
export { edgesAt, MIB_GRID } from './curves/grid.js';
export {
  meanSquaredDifference,
  REFERENCE_QUANTILE,
  testMinimality,
  testPartialNecessity,
  testSufficiency,
} from './hypotheses/against-random.js';
export { testEquivalence } from './hypotheses/equivalence.js';
export { testIndependence } from './hypotheses/independence.js';
export { inflate, randomCircuit, randomEdges } from './random-circuits.js';
export { scoreAgainst, type TruthScore } from './truth/against-reference.js';
export { averagePrecision, type RatePoint, ratePoints, rocArea, scoreSet, stepArea } from './truth/roc.js';
