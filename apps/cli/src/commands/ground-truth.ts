import { resolve } from 'node:path';
import { type Circuit, circuitOfResult, EdgeGraph, type ReferenceCircuit, referenceCircuits } from '@patchbay/circuit';
import { PatchbayError, runRequestSchema, type Table } from '@patchbay/contracts';
import { readSettings } from '@patchbay/contracts/settings';
import { scoreAgainst } from '@patchbay/evaluation';
import type { Method } from '@patchbay/methods';
import { formatTables } from '../output/print-tables.js';
import { print } from '../output/print.js';
import { say } from '../output/say.js';
import { assertWritable, writeWhole } from '../output/write-whole.js';

type Row = Table['rows'][number];

/**
 * Every method on every built-in program whose circuit is known exactly: how well its scores tell the true edges and
 * nodes from the others, as a table and into a file.
 */
export async function groundTruth({ out, method }: { out?: string; method?: string }): Promise<void> {
  const path = out === undefined ? undefined : resolve(out);
  if (path !== undefined) await assertWritable(path);
  const { methodById, methods } = await import('@patchbay/methods');
  const tried = method === undefined ? methods.filter(discovers) : [methodById(method)];
  const rows: Row[] = [];
  for (const reference of referenceCircuits.filter(({ id }) => id.startsWith('tracr-'))) {
    for (const one of tried) {
      const params = paramsFor(one, reference);
      if (!params) continue;
      say(`${one.id} on ${reference.title}`);
      rows.push(...(await score(one, reference, params)));
    }
  }
  const columns = [
    'method',
    'program',
    'ablation',
    'level',
    'true',
    'all',
    'AUROC',
    'by size',
    'average precision',
    'note',
  ];
  const table: Table = { columns, rows };
  if (path !== undefined) await writeWhole(path, `${JSON.stringify(table, null, 2)}\n`);
  print(formatTables({ 'ground truth': table }));
}

/** A method that finds something in a model by a task, not one that evaluates what was found. */
const discovers = ({ needs }: Method): boolean => needs.model && needs.task && !needs.corpus && !needs.circuit;

/** The method's parameters under the reference's ablation; undefined where it knows another one only. */
function paramsFor({ params }: Method, { ablation }: ReferenceCircuit): Record<string, unknown> | undefined {
  for (const named of [{ ablation }, { donor: ablation }]) if (params.safeParse(named).success) return named;
  return ablation === 'resample' ? {} : undefined;
}

async function score(method: Method, reference: ReferenceCircuit, params: Record<string, unknown>): Promise<Row[]> {
  const { discover } = await import('@patchbay/methods');
  const { id, model, task, ablation, shape } = reference;
  const of = [method.id, task.replace('tracr/', ''), ablation];
  try {
    const request = runRequestSchema.parse({ model, task, method: method.id, params });
    const result = await discover({ request, modelSource: model }, { home: readSettings().home });
    const circuit = circuitOfResult(result, new EdgeGraph(shape));
    const levels = scoreAgainst(circuit, reference);
    // Scores of nodes say nothing of edges.
    const known = !circuit.nodeScores ? levels : levels.filter(({ level }) => level === 'node');
    const bySize = new Map(scoreAgainst(sizesOf(circuit), reference).map((one) => [one.level, one.rocArea]));
    return known.map(({ level, positives, total, rocArea, averagePrecision }) => [
      ...[...of, level, positives, total],
      ...[rocArea, bySize.get(level) ?? null, averagePrecision, null],
    ]);
  } catch (error) {
    if (!(error instanceof PatchbayError && error.kind === 'invalid-input')) throw error;
    say(`${method.id} does not apply to ${id}: ${error.message}`);
    return [[...of, null, null, null, null, null, null, error.message]];
  }
}

/** The circuit with the sizes of its scores: an edge that matters may come out with either sign. */
const sizesOf = ({ scores, nodeScores, ...circuit }: Circuit): Circuit => ({
  ...circuit,
  scores: scores.map(Math.abs),
  ...(nodeScores && { nodeScores: new Map([...nodeScores].map(([node, score]) => [node, Math.abs(score)])) }),
});
