import { resolve } from 'node:path';
import { type Circuit, topEdges } from '@patchbay/circuit';
import { invalidInput, type Result, runRequestSchema } from '@patchbay/contracts';
import {
  type CircuitComparison,
  compareCircuits,
  compareFaithfulness,
  type Difference,
  diffValues,
  type FaithfulnessDifference,
  type Stability,
  stabilityOf,
} from '@patchbay/evaluation';
import { type Compared, knownModel, openCompared } from '../circuits/open-circuit-file.js';
import { formatComparison } from '../output/format-comparison.js';
import { print } from '../output/print.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';
import { discoverHere } from './discover.js';

export interface CompareOptions {
  model?: string;
  task?: string;
  pairs?: number;
  ablation?: string;
  top?: number;
  seed: number;
  json?: boolean;
  out?: string;
}

/** One file against the first. Parts that the files do not allow are null. */
export interface Comparison {
  a: string;
  b: string;
  circuits: CircuitComparison | null;
  manifests: Difference[] | null;
  faithfulness: FaithfulnessDifference[];
}

export interface Comparisons {
  comparisons: Comparison[];
  /** of three or more circuits with scores */
  stability: Stability | null;
}

/** Compares circuits, results and evaluations, each with the first: as a table, as JSON or into a file. */
export async function compare(first: string, others: readonly string[], options: CompareOptions): Promise<void> {
  const path = options.out === undefined ? undefined : resolve(options.out);
  if (path !== undefined) await assertWritable(path);
  const model = await knownModel(options.model);
  const open = async (name: string): Promise<Compared> => cut(await openCompared(name, model?.shape), options.top);
  const a = await open(first);
  const evaluate = evaluator(options);
  const effectsA = await evaluate(a);
  const comparisons: Comparison[] = [];
  const scorings = scoresOf(a);
  for (const name of others) {
    const b = await open(name);
    scorings.push(...scoresOf(b));
    const faithfulness = compareFaithfulness(effectsA, await evaluate(b), { seed: options.seed });
    comparisons.push({ a: first, b: name, ...comparePair(a, b), faithfulness });
  }
  const stability = scorings.length > 2 ? stabilityOf(scorings) : null;
  const compared: Comparisons = { comparisons, stability };
  if (path !== undefined) await writeWhole(path, `${JSON.stringify(compared, null, 2)}\n`);
  print(options.json ? JSON.stringify(compared, null, 2) : formatComparison(compared));
}

function comparePair(a: Compared, b: Compared): Pick<Comparison, 'circuits' | 'manifests'> {
  const manifests = a.result && b.result ? diffValues(a.result.manifest, b.result.manifest) : null;
  return { circuits: a.circuit && b.circuit ? compareCircuits(a.circuit, b.circuit) : null, manifests };
}

const scoresOf = ({ circuit }: Compared): Float64Array[] =>
  circuit?.scores.some((score) => !Number.isNaN(score)) ? [circuit.scores] : [];

/** The best edges alone, where a number of them was asked for. */
function cut(file: Compared, top: number | undefined): Compared {
  if (!file.circuit || top === undefined) return file;
  const circuit: Circuit = { ...file.circuit, kept: topEdges(file.circuit.scores, top, 'absolute') };
  return { ...file, circuit };
}

/** What an evaluation measured by pair: the file's own, or a new one where a model and a task are named. */
function evaluator({ model, task, pairs, seed, ablation }: CompareOptions) {
  if ((model === undefined) !== (task === undefined) && task !== undefined) {
    throw invalidInput('A task was named without a model.', 'Name both --model and --task to measure faithfulness.');
  }
  return async ({ name, circuit, result }: Compared): Promise<Result['perExample']> => {
    if (result?.manifest.circuit) return result.perExample;
    if (!circuit || model === undefined || task === undefined) return {};
    const params = { randomCircuits: 0, ...(ablation !== undefined && { ablation }) };
    const request = { model, task, method: 'faithfulness', circuit: name, params, pairs, seed };
    return (await discoverHere(runRequestSchema.parse(request))).perExample;
  };
}
