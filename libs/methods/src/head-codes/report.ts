import { headName } from '@patchbay/circuit';
import type { Table } from '@patchbay/contracts';
import type { MethodContext, MethodResult } from '../method.js';
import { reportScores } from '../patching/scores.js';
import { type Labelled, labelledPrompts } from './classes.js';
import type { Changes } from './differences.js';
import type { Params } from './params.js';
import { type HeadRow, type ScoredEdges, type SeedRow, VARIETY_Z, rankEdges, rankHeads, scoreSeeds } from './rank.js';
import type { Trained } from './sae/train.js';
import type { Coded, State } from './state.js';
import type { Description } from './units.js';

/** Points of a loss curve that are kept. */
const CURVE_POINTS = 200;

export function report({ trained, coded, descriptions }: State, context: MethodContext<Params>): MethodResult {
  if (!trained || !coded) throw new Error('nothing has been coded yet');
  const edges = rankEdges(coded, context);
  const seeds = scoreSeeds(coded, context);
  const rows = rankHeads(seeds, coded, edges.folded, context);
  return {
    baseline: baselineOf(coded, context),
    nodes: Object.fromEntries(rows.map(({ head, score }) => [nameOf(head, context), score])),
    edges: Object.fromEntries(edges.between.map(({ name, score }) => [name, score])),
    perExample: {},
    tables: {
      summary: summaryOf(rows, coded, context),
      heads: headTable(rows, context),
      edges: edgeTable(edges),
      seeds: seedTable(seeds, edges, context),
      ...(coded.changes && { changes: changeTable(coded.changes, coded, context) }),
      codes: codeTable(descriptions ?? [], context),
      training: lossTable(trained),
    },
    conventions: conventionsOf(context.params),
  };
}

const nameOf = (head: number, { architecture: { heads } }: MethodContext<Params>): string =>
  headName(Math.floor(head / heads), head % heads);

/** The metric's mean on prompts in which the task can be done, and on those in which it cannot. */
function baselineOf(coded: Coded, { pairs, params }: MethodContext<Params>): { clean: number; corrupted: number } {
  const labelled = labelledPrompts(pairs, params);
  const of = (positive: boolean): Float64Array => coded.values.filter((_, i) => labelled[i]?.positive === positive);
  return reportScores({ clean: of(true), corrupted: of(false), effects: {} }, params.metric).baseline;
}

function headTable(rows: readonly HeadRow[], context: MethodContext<Params>): Table {
  return {
    columns: [
      ...['head', 'score', 'probability', 'z', 'shuffled mean', 'shuffled deviation', 'shuffles as high'],
      ...['codes', 'silent', 'deviation over seeds', 'edge count', 'edge probability', 'reading'],
    ],
    rows: rows.map((row) => [
      nameOf(row.head, context),
      row.score,
      row.probability,
      row.z,
      row.mean,
      row.deviation,
      row.asHigh,
      row.union,
      row.silent,
      row.overSeeds,
      row.edgeCount,
      row.edgeProbability,
      row.reading,
    ]),
  };
}

const edgeTable = ({ between }: ScoredEdges): Table => ({
  columns: ['edge', 'score', 'z', 'shuffled mean', 'shuffled deviation'],
  rows: between.map(({ name, score, z, mean, deviation }) => [name, score, z, mean, deviation]),
});

const seedTable = (seeds: readonly SeedRow[][], { folds }: ScoredEdges, context: MethodContext<Params>): Table => ({
  columns: ['seed', 'head', 'score', 'z', 'edge count'],
  rows: seeds.flatMap((rows, seed) =>
    rows.map(({ score, z }, head) => [seed, nameOf(head, context), score, z, folds[seed]?.[head] ?? NaN]),
  ),
});

/** What a head changes with no code taken of it: the two baselines that codes must beat (METHODS §3). */
function changeTable({ sums, lengths }: Changes, coded: Coded, context: MethodContext<Params>): Table {
  const pairs = coded.values.length / 2;
  const width = sums.length / lengths.length;
  return {
    columns: ['head', 'length of the mean change', 'mean length of the changes'],
    rows: Array.from(lengths, (length, head) => {
      const sum = sums.subarray(head * width, (head + 1) * width);
      return [nameOf(head, context), Math.sqrt(sum.reduce((a, v) => a + v * v, 0)) / pairs, length / pairs];
    }),
  };
}

const codeTable = (descriptions: readonly Description[], context: MethodContext<Params>): Table => ({
  columns: ['head', 'code', 'prompts', 'tokens', 'examples'],
  rows: descriptions.map(({ head, feature, silent, count, tokens, texts }) => [
    nameOf(head, context),
    feature,
    count,
    silent ? 'no feature is active' : tokens.map((token) => JSON.stringify(token)).join(' '),
    texts.join('\n'),
  ]),
});

function lossTable(trained: readonly Trained[]): Table {
  const rows = trained.flatMap(({ losses }, seed) => {
    const every = Math.max(1, Math.ceil((losses.length - 1) / CURVE_POINTS));
    return losses.flatMap((loss, step) =>
      step % every === 0 || step === losses.length - 1 ? [[seed, step, loss]] : [],
    );
  });
  return { columns: ['seed', 'step', 'loss'], rows };
}

/** How many of the highest heads are looked at for scores that lexical variety explains. */
const TOP = 10;

function summaryOf(rows: readonly HeadRow[], coded: Coded, context: MethodContext<Params>): Table {
  const labelled = labelledPrompts(context.pairs, context.params);
  const top = rows.toSorted((a, b) => b.score - a.score || a.head - b.head).slice(0, TOP);
  const varied = top.filter(({ reading }) => reading === 'lexical variety alone');
  const shared = rows.filter((row) => rows.some((other) => other !== row && other.score === row.score));
  const positives = labelled.filter(({ positive }) => positive).length;
  return {
    columns: ['what', 'value'],
    rows: [
      ['positive prompts', positives],
      ['negative prompts', labelled.length - positives],
      // Where the positives alone vary in words, heads that follow words stand above shuffled labels too.
      ['different tokens in positive prompts', varietyOf(labelled, true)],
      ['different tokens in negative prompts', varietyOf(labelled, false)],
      ['share of codes with no active feature', meanOf(coded.silent.map((silent) => meanOf(silent)))],
      ['heads that no feature is ever active for', rows.filter(({ silent }) => silent === 1).length],
      ['heads whose score another head has too', shared.length],
      [
        'mean deviation of scores over seeds',
        context.params.seeds > 1 ? meanOf(rows.map((r) => r.overSeeds ?? 0)) : null,
      ],
      [`of the ${top.length} highest heads, lexical variety alone`, varied.length],
      ['these heads', varied.map(({ head }) => nameOf(head, context)).join(' ')],
    ],
  };
}

const varietyOf = (labelled: readonly Labelled[], positive: boolean): number =>
  new Set(labelled.flatMap((prompt) => (prompt.positive === positive ? prompt.tokens : []))).size;

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

const conventionsOf = ({ positions, normalise, permutations, seeds, softmax, decoderNorm, differences }: Params) => ({
  effect:
    differences !== 'none'
      ? `strength of the codes ‖a‖₂ of what a head changes from a pair’s ${differences} prompt to its clean one, mean over pairs and ${seeds} seed(s); edges: codes that a pair of heads has of such changes only, not of the opposite ones`
      : `codes that a head (pairs of codes that a pair of heads) has on positive prompts only${normalise ? ', over those that it has at all' : ''}; mean over ${seeds} seed(s)`,
  importance: 'effect',
  classes:
    'positive: clean prompts; negative: each pair’s negative prompt, or its corrupted one where it has none; labels of the task win',
  positions:
    positions === 'mean'
      ? 'head outputs in the mean over all positions, beginning token included'
      : 'head outputs at the last position',
  bias: 'a head’s output is z W_O; attention output biases belong to no head',
  z:
    differences !== 'none'
      ? `heads: against ${permutations} exchanges of the prompts within pairs, so it tells a change in one direction from any change; edges: against all shuffles in closed form`
      : `scores against ${permutations} shuffles of the labels (heads), against all shuffles in closed form (edges); counts, not divided; 0 where shuffling changes nothing`,
  reading: `${differences !== 'none' ? 'changes any way' : 'lexical variety alone'}: a score above 0 with z below ${VARIETY_Z}`,
  probability: softmax === 'heads' ? 'softmax of the scores over all heads' : 'softmax of the scores within each layer',
  edges:
    'pairs of heads in different layers, the earlier one first; edge count: the published folding of all pairs into heads',
  baseline: 'clean: mean over positive prompts; corrupted: mean over negative ones, by the answers of their pairs',
  decoderNorm,
});
