import { type Result, runRequestSchema } from '@patchbay/contracts';
import { discover } from '@patchbay/methods';
import { Random } from '@patchbay/tasks';

/** @file Every way of ranking heads without ablating them, side by side on the same prompts. */

export interface Setting {
  model: string;
  task: string;
  pairs: number;
  /** autoencoders, and random rankings */
  seeds: number;
  home: string;
}

/** One way of ranking: a score for each head, once for each seed, or once where nothing is random. */
export interface HeadRanking {
  method: string;
  scores: Record<string, number>[];
}

/** Of the prompts: none of them was seen when anything was chosen. */
const SEED = 2;
/** λ of codes of differences, chosen on tinytasks and on SmolLM2 prompts that the table does not use. */
const DIFFERENCES = { differences: 'corrupted', lambda: 0.01 };
/** Changes hold no code, so that training for them is cut short. */
const NEGATIVE = { differences: 'negative', epochs: 1, seeds: 1 };
/** Gradients are taken on so many pairs: enough for a mean, and they cost far more than codes. */
const GRADIENT_PAIRS = 16;

export function runMethod(
  { model, task, pairs, home }: Pick<Setting, 'model' | 'task' | 'home'> & { pairs?: number },
  method: string,
  params: Record<string, unknown> = {},
): Promise<Result> {
  const request = runRequestSchema.parse({ model, task, method, params, pairs, seed: SEED });
  const note = `${method} ${JSON.stringify(params)} on ${model}, ${task}`;
  process.stderr.write(`${note}\n`);
  return discover({ request, modelSource: model }, { home });
}

export async function rankHeads(setting: Setting): Promise<HeadRanking[]> {
  const { seeds, pairs } = setting;
  const codes = await runMethod(setting, 'head-codes', { seeds });
  const differences = await runMethod(setting, 'head-codes', { seeds, ...DIFFERENCES });
  const negative = await runMethod(setting, 'head-codes', NEGATIVE);
  const few = { ...setting, pairs: Math.min(pairs, GRADIENT_PAIRS) };
  const attribution = await runMethod(few, 'attribution-patching');
  const heads = Object.keys(codes.nodes);
  const attributed = heads.map((head) => [head, Math.abs(attribution.nodes[head] ?? NaN)]);
  return [
    { method: 'head codes, node score', scores: bySeed(codes, 'score') },
    { method: 'head codes, edge score folded into heads', scores: bySeed(codes, 'edge count') },
    { method: 'head codes, z of the node score', scores: bySeed(codes, 'z') },
    { method: 'head codes of differences from corrupted, strength', scores: bySeed(differences, 'score') },
    { method: 'head codes of differences from corrupted, z', scores: bySeed(differences, 'z') },
    ...baselines('corrupted', differences),
    ...baselines('negative', negative),
    { method: `EAP at nodes (${few.pairs} pairs)`, scores: [Object.fromEntries(attributed) as Record<string, number>] },
    { method: 'layer index', scores: [Object.fromEntries(heads.map((head) => [head, layerOf(head)]))] },
    { method: 'random', scores: randomly(heads, seeds) },
  ];
}

const layerOf = (head: string): number => Number(/\d+/.exec(head)?.[0]);

/** A column of the result's table of seeds, as scores of each seed. */
function bySeed({ tables }: Result, column: string): Record<string, number>[] {
  const { columns = [], rows = [] } = tables['seeds'] ?? {};
  const [seed, head, value] = ['seed', 'head', column].map((name) => columns.indexOf(name)) as [number, number, number];
  const scores: Record<string, number>[] = [];
  for (const row of rows) (scores[Number(row[seed])] ??= {})[String(row[head])] = Number(row[value]);
  return scores;
}

function changes({ tables }: Result, column: string): Record<string, number> {
  const { columns = [], rows = [] } = tables['changes'] ?? {};
  const value = columns.indexOf(column);
  return Object.fromEntries(rows.map((row) => [String(row[0]), Number(row[value])]));
}

const baselines = (from: string, result: Result): HeadRanking[] => [
  { method: `length of the mean difference from ${from}`, scores: [changes(result, 'length of the mean change')] },
  { method: `mean length of paired differences from ${from}`, scores: [changes(result, 'mean length of the changes')] },
];

function randomly(heads: readonly string[], seeds: number): Record<string, number>[] {
  const random = new Random(1);
  return Array.from({ length: seeds }, () => Object.fromEntries(heads.map((head) => [head, random.next()])));
}
